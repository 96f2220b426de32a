"""A pull request that takes a tenant's drift into the documents: made, updated, closed by itself.

    drift_pull.py --tenant NAME --said FILE

`entrant adopt` has changed files of the checkout, and FILE holds what it said. Those files, and nothing else, become
one commit on the branch `entrant/adopt-NAME`, on top of the commit that is checked out. Where nothing was changed, an
open pull request of the tenant is closed. The branch is written by the API, so that no checkout needs the token.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
from typing import Any

import api

MARKER = re.compile(r"<!-- entrant:adopt tenant=(\S+) -->")
DOCUMENT = re.compile(r"policies/.+\.(ya?ml|json)")
# What of a long report stands in the pull request; the run has the rest.
SAID_LIMIT = 40_000


def main(arguments: list[str], environment: dict[str, str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--said", required=True)
    asked = parser.parse_args(arguments)
    tenant = api.tenant(asked.tenant)
    client = api.Api(environment)
    base = api.needed(environment, "GITHUB_REF_NAME")
    parent = api.needed(environment, "GITHUB_SHA")
    branch = f"entrant/adopt-{tenant}"
    pull = find(client, tenant, branch)
    files = changed()
    if not files:
        close(client, pull, tenant, environment)
        return
    commit = make_commit(client, parent, tenant, files)
    point(client, branch, commit)
    body = api.fitting(text(tenant, api.read_text(asked.said), environment))
    if pull:
        client.call("PATCH", f"pulls/{pull['number']}", {"body": body})
        print(f"Pull request {pull['number']} has what the tenant {tenant} holds now.")
        return
    title = f"Adopt what was changed in {tenant}"
    made = client.call("POST", "pulls", {"title": title, "head": branch, "base": base, "body": body})
    print(f"Pull request {made['number']} takes what was changed in the tenant {tenant}.")


def changed() -> list[str]:
    """The documents of the checkout that differ from its commit."""
    command = ["git", "diff", "--name-only", "--no-renames", "--diff-filter=M", "-z", "HEAD", "--", "policies"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    return sorted(name for name in listed.split("\0") if DOCUMENT.fullmatch(name) and not os.path.islink(name))


def make_commit(client: api.Api, parent: str, tenant: str, files: list[str]) -> str:
    before = client.get(f"git/commits/{parent}")["tree"]["sha"]
    entries = [{"path": name, "mode": "100644", "type": "blob", "content": api.read_text(name)} for name in files]
    tree = client.call("POST", "git/trees", {"base_tree": before, "tree": entries})["sha"]
    message = f"Adopt what was changed in {tenant}"
    return client.call("POST", "git/commits", {"message": message, "tree": tree, "parents": [parent]})["sha"]


def point(client: api.Api, branch: str, commit: str) -> None:
    """Lets the branch end in the commit, and makes it where it is not there."""
    known = client.get(f"git/matching-refs/heads/{branch}")
    if any(ref.get("ref") == f"refs/heads/{branch}" for ref in known):
        client.call("PATCH", f"git/refs/heads/{branch}", {"sha": commit, "force": True})
    else:
        client.call("POST", "git/refs", {"ref": f"refs/heads/{branch}", "sha": commit})


def find(client: api.Api, tenant: str, branch: str) -> dict[str, Any] | None:
    """The tenant's open pull request, which this workflow made."""
    owner = client.repository.split("/", 1)[0]
    for pull in client.pages("pulls", state="open", head=f"{owner}:{branch}"):
        marker = MARKER.match(str(pull.get("body") or ""))
        if marker and marker.group(1) == tenant and api.is_ours(pull.get("user")):
            return pull
    return None


def close(client: api.Api, pull: dict[str, Any] | None, tenant: str, environment: dict[str, str]) -> None:
    if not pull:
        print(f"There is nothing to take from the tenant {tenant}.")
        return
    body = f"There is nothing left to take: `{tenant}` is as its documents say.\n\n[run]({api.run_url(environment)})"
    client.call("POST", f"issues/{pull['number']}/comments", {"body": body})
    client.call("PATCH", f"pulls/{pull['number']}", {"state": "closed"})
    print(f"Pull request {pull['number']} is closed.")


def text(tenant: str, said: str, environment: dict[str, str]) -> str:
    if len(said) > SAID_LIMIT:
        said = said[:SAID_LIMIT] + "\n… the run has the rest"
    # Names of the tenant stand in it: a fence that is longer than any in the text keeps them text.
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", said)), default=0))
    return (
        f"<!-- entrant:adopt tenant={tenant} -->\n"
        f"The tenant `{tenant}` was changed by hand. This takes the changes into the documents:\n\n"
        f"{fence}text\n{said.rstrip()}\n{fence}\n\n"
        "Merge it where the changes shall stay; close it and let *apply* undo them where not. GitHub starts no workflow "
        "for a pull request that a workflow made: close it and open it again to have it planned.\n\n"
        f"<sub>[run]({api.run_url(environment)})</sub>\n"
    )


if __name__ == "__main__":
    api.entry(main)
