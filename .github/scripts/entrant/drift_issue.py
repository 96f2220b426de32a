"""The one issue of a tenant that says where it differs from what is declared: made, updated, closed by itself.

    drift_issue.py --tenant NAME --plan plan.json --markdown drift.md

A plan without changes closes it; when drift comes back, the same issue is opened again.
"""

from __future__ import annotations

import argparse
import re
from typing import Any

import api

LABEL = "entrant-drift"
MARKER = re.compile(r"<!-- entrant:drift tenant=(\S+) digest=(\S+) -->")


def main(arguments: list[str], environment: dict[str, str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--plan", required=True)
    parser.add_argument("--markdown", required=True)
    asked = parser.parse_args(arguments)
    tenant = api.tenant(asked.tenant)
    changes, digest = api.plan(api.read_text(asked.plan))
    client = api.Api(environment)
    issue = find(client, tenant)
    if changes:
        body = api.fitting(drift_body(tenant, digest, api.read_text(asked.markdown), environment))
        tell(client, issue, tenant, body)
    else:
        close(client, issue, tenant, environment)


def drift_body(tenant: str, digest: str, markdown: str, environment: dict[str, str]) -> str:
    if MARKER.search(markdown):
        raise api.Refused("the plan's text holds a marker of its own")
    return (
        f"<!-- entrant:drift tenant={tenant} digest={digest} -->\n"
        f"The tenant `{tenant}` is not as the main branch declares it. An apply would do this:\n\n"
        f"{markdown.rstrip()}\n\n"
        "---\n"
        "Bring what should stay into the files with a pull request. To undo it, run *apply* by hand with this plan's "
        "digest. A merge that is not applied yet shows here too. This issue closes by itself.\n\n"
        f"<sub>Plan `{digest}` · [run]({api.run_url(environment)})</sub>\n"
    )


def find(client: api.Api, tenant: str) -> dict[str, Any] | None:
    """The tenant's issue: an open one if there is, else the newest."""
    found = []
    for issue in client.pages("issues", state="all", labels=LABEL, sort="created", direction="desc"):
        first = str(issue.get("body") or "").split("\n", 1)[0].rstrip("\r")
        marker = MARKER.fullmatch(first)
        if marker and marker.group(1) == tenant and api.is_ours(issue.get("user")) and "pull_request" not in issue:
            found.append(issue)
    is_open = [issue for issue in found if issue.get("state") == "open"]
    return next(iter(is_open or found), None)


def tell(client: api.Api, issue: dict[str, Any] | None, tenant: str, body: str) -> None:
    title = f"Drift: {tenant} is not as declared"
    if issue is None:
        client.call("POST", "issues", {"title": title, "body": body, "labels": [LABEL]})
        print(f"opened the issue for {tenant}")
        return
    number = api.number(issue["number"], "the number of the issue")
    client.call("PATCH", f"issues/{number}", {"title": title, "body": body, "state": "open"})
    print(f"updated issue {number} for {tenant}")


def close(client: api.Api, issue: dict[str, Any] | None, tenant: str, environment: dict[str, str]) -> None:
    if issue is None or issue.get("state") != "open":
        print(f"{tenant} is as declared")
        return
    number = api.number(issue["number"], "the number of the issue")
    words = f"The tenant is as declared again, says [this run]({api.run_url(environment)})."
    client.call("POST", f"issues/{number}/comments", {"body": words})
    client.call("PATCH", f"issues/{number}", {"state": "closed", "state_reason": "completed"})
    print(f"closed issue {number} for {tenant}")


if __name__ == "__main__":
    api.entry(main)
