"""Finds the plan that was approved with what is now on the main branch, and writes it to a file.

    approved_plan.py --tenant NAME --out approved.json

From the commit to its pull request, from the last commit of that one to the run of the workflow *plan*, from the run
to its artefact. Every step is compared with this repository's id, so that no fork and no other repository can put a
plan here, and the plan's digest with the one that the comment showed to the reviewers.

Outputs: `found` (`true` or `false`), `digest`, `pull`. Where no approved plan exists, the reason is printed and
`found` is `false`: whoever calls decides what that means. What is contradictory ends with an error.

A plan that is handed on here opens no door by itself: `entrant apply` plans afresh from the main branch and does
nothing that is not in both.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
import urllib.parse
import zipfile
from typing import Any

import api
import plan_comment

WORKFLOW = ".github/workflows/plan.yml"
# A plan of an estate at Graph's quota takes a third of this.
PLAN_LIMIT = 256 * 1024 * 1024


class NotApproved(Exception):
    """Why there is no approved plan."""


def main(arguments: list[str], environment: dict[str, str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--out", required=True)
    asked = parser.parse_args(arguments)
    tenant = api.tenant(asked.tenant)
    client = api.Api(environment)
    try:
        pull = pull_request(client, environment)
        head = own_head(pull, client)
        run = plan_run(client, head)
        text, digest = plan_of(client, run, tenant)
        shown(client, pull, head, tenant, digest)
    except NotApproved as reason:
        print(f"::notice title=entrant::{api.escaped(f'No approved plan for {tenant}: {reason}.')}")
        api.output(environment, found="false", digest="", pull="")
        return
    with open(asked.out, "wb") as file:
        file.write(text)
    print(f"pull request {pull['number']} approved plan {digest} for {tenant}")
    api.output(environment, found="true", digest=digest, pull=str(pull["number"]))


def pull_request(client: api.Api, environment: dict[str, str]) -> dict[str, Any]:
    """The pull request that brought the commit, or that a merge queue is about to bring."""
    name = environment.get("GITHUB_EVENT_NAME", "")
    if name == "push":
        commit, branch = environment.get("GITHUB_SHA", ""), environment.get("GITHUB_REF_NAME", "")
        if not api.SHA.fullmatch(commit):
            raise api.Refused("GITHUB_SHA is no commit")
        merged = [
            pull
            for pull in client.pages(f"commits/{commit}/pulls")
            if pull.get("merged_at")
            and pull.get("merge_commit_sha") == commit
            and plan_comment.repository_id(pull.get("base")) == client.repository_id
            and pull["base"].get("ref") == branch
        ]
        if not merged:
            raise NotApproved(f"commit {commit[:12]} was not brought by a pull request")
        if len(merged) > 1:
            raise api.Refused(f"several pull requests say that they brought commit {commit[:12]}")
        return merged[0]
    if name == "merge_group":
        group = api.event(environment).get("merge_group") or {}
        match = re.fullmatch(r"refs/heads/gh-readonly-queue/.+/pr-([0-9]+)-[0-9a-f]+", str(group.get("head_ref")))
        if not match:
            raise api.Refused("the merge queue does not say for which pull request it runs")
        pull = client.get(f"pulls/{match.group(1)}")
        if plan_comment.repository_id(pull.get("base")) != client.repository_id:
            raise api.Refused("the pull request belongs to another repository")
        return pull
    raise NotApproved(f"the run was begun by {name or 'nobody'}, which is not a merge")


def own_head(pull: dict[str, Any], client: api.Api) -> str:
    """The last commit of a pull request of this repository."""
    if plan_comment.repository_id(pull.get("head")) != client.repository_id:
        raise NotApproved(f"pull request {pull['number']} came from a fork, which gets no plan")
    head = str(pull["head"].get("sha"))
    if not api.SHA.fullmatch(head):
        raise api.Refused("the pull request says no commit")
    return head


def plan_run(client: api.Api, head: str) -> int:
    """The newest good run of the workflow *plan* for that commit."""
    workflow = WORKFLOW.rsplit("/", 1)[1]
    runs = [
        run
        for run in client.pages(
            f"actions/workflows/{workflow}/runs", key="workflow_runs", event="pull_request", head_sha=head
        )
        if run.get("event") == "pull_request"
        and run.get("head_sha") == head
        and str(run.get("path", "")).split("@", 1)[0] == WORKFLOW
        and (run.get("repository") or {}).get("id") == client.repository_id
        and (run.get("head_repository") or {}).get("id") == client.repository_id
    ]
    if not runs:
        raise NotApproved(f"no plan was made for commit {head[:12]}")
    newest = max(runs, key=lambda run: api.number(run.get("run_number"), "a run's number"))
    if newest.get("status") != "completed" or newest.get("conclusion") != "success":
        raise NotApproved(f"the last plan for commit {head[:12]} did not succeed")
    return api.number(newest.get("id"), "the id of the run")


def plan_of(client: api.Api, run: int, tenant: str) -> tuple[bytes, str]:
    """The bytes of the plan in a run's artefact, and the plan's digest."""
    name = f"plan-{tenant}"
    artefacts = [
        artefact
        for artefact in client.pages(f"actions/runs/{run}/artifacts", key="artifacts", name=name)
        if artefact.get("name") == name
        and (artefact.get("workflow_run") or {}).get("id") == run
        and (artefact.get("workflow_run") or {}).get("repository_id") == client.repository_id
    ]
    if not artefacts:
        raise NotApproved(f"the run {run} has no artefact {name}")
    artefact = max(artefacts, key=lambda artefact: api.number(artefact.get("id"), "an artefact's id"))
    if artefact.get("expired"):
        raise NotApproved(f"the artefact {name} of run {run} has expired")
    archive = client.download(f"actions/artifacts/{api.number(artefact['id'], 'the id')}/zip")
    announced = artefact.get("digest")
    if announced and announced != f"sha256:{hashlib.sha256(archive).hexdigest()}":
        raise api.Refused(f"the artefact {name} of run {run} is not what was uploaded: its digest differs")
    text = member(archive, "plan.json")
    return text, api.plan(text.decode())[1]


def member(archive: bytes, name: str) -> bytes:
    """One file of an archive, read in memory: nothing is unpacked to where the archive says."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            found = [info for info in files.infolist() if info.filename == name]
            if len(found) != 1:
                raise api.Refused(f"the artefact holds {len(found)} files {name}")
            with files.open(found[0]) as file:
                text = file.read(PLAN_LIMIT + 1)
    except zipfile.BadZipFile:
        raise api.Refused("the artefact is no archive") from None
    if len(text) > PLAN_LIMIT:
        raise api.Refused(f"the plan is larger than {PLAN_LIMIT} bytes")
    return text


def shown(client: api.Api, pull: dict[str, Any], head: str, tenant: str, digest: str) -> None:
    """Reviewers read the comment: the plan must be the one that it showed last."""
    number = api.number(pull.get("number"), "the number of the pull request")
    found = plan_comment.markers(client.pages(f"issues/{number}/comments"), tenant)
    if not found:
        raise NotApproved(f"pull request {number} has no comment that shows the plan")
    marker = found[0][1]
    if marker.group(2) != head or marker.group(3) != digest:
        raise api.Refused(
            f"the comment on pull request {number} shows plan {urllib.parse.quote(marker.group(3), safe=':')} of "
            f"commit {urllib.parse.quote(marker.group(2))[:12]}, and the artefact of commit {head[:12]} holds plan "
            f"{digest}: what was reviewed is not what would be applied"
        )


if __name__ == "__main__":
    api.entry(main)
