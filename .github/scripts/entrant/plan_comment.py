"""The one comment of a tenant on a pull request: made once, then updated in place.

    plan_comment.py --tenant NAME --plan plan.json --markdown comment.md     what a plan says
    plan_comment.py --tenant NAME --failed                                   that there is none

A hidden marker in its first line finds it again, and says for which commit it speaks and which digest was shown.
`approved_plan.py` reads that line after the merge.
"""

from __future__ import annotations

import argparse
import re
from typing import Any

import api

MARKER = re.compile(r"<!-- entrant:plan tenant=(\S+) head=(\S+) digest=(\S+) -->")


def main(arguments: list[str], environment: dict[str, str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--plan")
    parser.add_argument("--markdown")
    parser.add_argument("--failed", action="store_true")
    asked = parser.parse_args(arguments)
    tenant = api.tenant(asked.tenant)
    client = api.Api(environment)
    pull = pull_request(api.event(environment), client)
    if asked.failed:
        body = failed_body(tenant, pull, environment)
    else:
        changes, digest = api.plan(api.read_text(asked.plan))
        body = plan_body(tenant, pull, changes, digest, api.read_text(asked.markdown), environment)
    number = api.number(pull["number"], "the number of the pull request")
    api.fitting(body)
    now = client.get(f"pulls/{number}")["head"]["sha"]
    if now != pull["head"]["sha"]:
        # An old run that was started again would hide the plan of the newest commit.
        print(f"::notice title=entrant::Pull request {number} is at {api.escaped(str(now)[:12])} by now: no comment.")
        return
    post(client, number, tenant, body)


def pull_request(event: dict[str, Any], client: api.Api) -> dict[str, Any]:
    """The pull request of the event, which is one of this repository, from this repository."""
    pull = event.get("pull_request")
    if not isinstance(pull, dict):
        raise api.Refused("the run does not belong to a pull request")
    if repository_id(pull.get("base")) != client.repository_id:
        raise api.Refused("the pull request belongs to another repository")
    if repository_id(pull.get("head")) != client.repository_id:
        raise api.Refused("the pull request comes from a fork: it is checked offline and gets no comment")
    if not api.SHA.fullmatch(str(pull["head"].get("sha"))):
        raise api.Refused("the pull request says no commit")
    return pull


def repository_id(side: Any) -> int | None:
    """The id of a side's repository; a fork that was deleted has none."""
    repository = side.get("repo") if isinstance(side, dict) else None
    return repository.get("id") if isinstance(repository, dict) else None


def plan_body(
    tenant: str, pull: dict[str, Any], changes: int, digest: str, markdown: str, environment: dict[str, str]
) -> str:
    if MARKER.search(markdown):
        raise api.Refused("the plan's text holds a marker of its own")
    if changes:
        # What a reviewer approves is this digest; the merge applies a plan that has it.
        words = "Approving this pull request approves this plan. After the merge exactly this, or less, is applied."
    else:
        words = "There is nothing to apply: a merge of this changes nobody's access."
    head = pull["head"]["sha"]
    return (
        f"<!-- entrant:plan tenant={tenant} head={head} digest={digest} -->\n"
        f"Plan for the tenant `{tenant}`:\n\n"
        f"{markdown.rstrip()}\n\n"
        f"---\n{words}\n\n"
        f"<sub>Commit {head[:12]} · plan `{digest}` · [run]({api.run_url(environment)})</sub>\n"
    )


def failed_body(tenant: str, pull: dict[str, Any], environment: dict[str, str]) -> str:
    head = pull["head"]["sha"]
    return (
        f"<!-- entrant:plan tenant={tenant} head={head} digest=none -->\n"
        f"## No plan for the tenant `{tenant}`\n\n"
        f"**There is no plan for commit {head[:12]}**: planning failed. "
        f"[The run]({api.run_url(environment)}) says why. Nothing can be applied from this commit.\n"
    )


def markers(comments: list[dict[str, Any]], tenant: str) -> list[tuple[dict[str, Any], re.Match[str]]]:
    """This tool's comments for a tenant, oldest first. What others wrote is never one, whatever it says."""
    found = []
    for comment in comments:
        first = str(comment.get("body") or "").split("\n", 1)[0].rstrip("\r")
        marker = MARKER.fullmatch(first)
        if marker and marker.group(1) == tenant and api.is_ours(comment.get("user")):
            found.append((comment, marker))
    return sorted(found, key=lambda pair: pair[0]["id"])


def post(client: api.Api, pull: int, tenant: str, body: str) -> None:
    found = markers(client.pages(f"issues/{pull}/comments"), tenant)
    if found:
        comment = api.number(found[0][0]["id"], "the id of the comment")
        client.call("PATCH", f"issues/comments/{comment}", {"body": body})
        print(f"updated the comment for {tenant} on pull request {pull}")
    else:
        client.call("POST", f"issues/{pull}/comments", {"body": body})
        print(f"wrote the comment for {tenant} on pull request {pull}")


if __name__ == "__main__":
    api.entry(main)
