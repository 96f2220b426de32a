"""The seed's policy on the wire: what `entrant apply` sends, against what Microsoft's beta SDK sends.

The estate under `policies/` is applied to an emulator that records every exchange. The ids that the tool
found for the names are put into the documentation's own code; everything else must agree by itself.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import beta
from emulator import Emulator
from harness import TOKEN, Report, get

NAME = "Users from connected organizations can request"


def bare(value: Any) -> Any:
    """A body without what says nothing: nulls and empty lists count as absent. Sets lose their order."""
    if isinstance(value, dict):
        kept = {key: bare(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner is not None and inner != []}
    if isinstance(value, list):
        inner = [bare(one) for one in value]
        subjects = all(isinstance(one, dict) and "@odata.type" in one for one in inner)
        return sorted(inner, key=lambda one: json.dumps(one, sort_keys=True)) if subjects else inner
    return value


def differences(ours: Any, theirs: Any, at: str = "") -> list[str]:
    """Where two bodies differ, member for member."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return [
            difference
            for key in sorted({*ours, *theirs})
            for difference in differences(ours.get(key), theirs.get(key), f"{at}/{key}")
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = zip(ours, theirs, strict=True)
        return [found for index, (a, b) in enumerate(pairs) for found in differences(a, b, f"{at}/{index}")]
    # `true` is not `1`, and `1` is not `1.0`.
    same = type(ours) is type(theirs) and ours == theirs
    return [] if same else [f"{at}: entrant sends {ours!r}, the SDK {theirs!r}"]


def subject(stage: dict[str, Any], members: str, odata_type: str) -> str:
    """The id of the one subject of a type in a stage."""
    found = [one["id"] for one in stage[members] if one["@odata.type"] == f"#microsoft.graph.{odata_type}"]
    assert len(found) == 1, f"{members} holds {len(found)} of {odata_type}"
    return found[0]


def applied(binary: Path, root: Path, folder: Path) -> tuple[list[dict[str, Any]], str]:
    """Applies the demo estate and returns the exchanges, with the address of what the ids mean."""
    estate = folder / "policies"
    shutil.copytree(root / "policies", estate)
    record = folder / "exchanges.jsonl"
    with Emulator(binary, "--record", str(record)) as emulator:
        done = subprocess.run(
            [binary, "apply", "--auto-approve", "--policies", estate, "--graph-url", emulator.url],
            env={"ENTRANT_ACCESS_TOKEN": TOKEN},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"apply exits {done.returncode}:\n{done.stdout}{done.stderr}"
        exchanges = [json.loads(line) for line in record.read_text().splitlines()]
        for one in posted(exchanges):
            for path in meant(one):
                get(emulator.url, path)
    return exchanges, done.stdout


def posted(exchanges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The bodies of the seed's policy among the creates."""
    return [
        one["requestBody"]
        for one in exchanges
        if one["method"] == "POST"
        and one["path"].endswith("/accessPackageAssignmentPolicies")
        and one["requestBody"].get("displayName") == NAME
    ]


def meant(body: dict[str, Any]) -> list[str]:
    """What the ids of a body stand for: each must exist, and be of its kind."""
    paths = [f"/v1.0/identityGovernance/entitlementManagement/accessPackages/{body['accessPackageId']}"]
    for stage in body["requestApprovalSettings"]["approvalStages"]:
        paths.append(f"/v1.0/groups/{subject(stage, 'primaryApprovers', 'groupMembers')}")
        paths.append(f"/v1.0/users/{subject(stage, 'escalationApprovers', 'singleUser')}")
    return paths


async def run(report: Report, binary: Path, root: Path) -> None:
    """The comparison, and that it can fail."""

    async def same_body() -> None:
        with tempfile.TemporaryDirectory() as folder:
            exchanges, _ = applied(binary, root, Path(folder))
        bodies = posted(exchanges)
        assert len(bodies) == 1, f"{len(bodies)} creates of the seed's policy"
        [ours] = bodies
        first, second = ours["requestApprovalSettings"]["approvalStages"]
        theirs = json.loads(
            beta.body(
                beta.seed(
                    ours["accessPackageId"],
                    subject(first, "primaryApprovers", "groupMembers"),
                    subject(first, "escalationApprovers", "singleUser"),
                    subject(second, "primaryApprovers", "groupMembers"),
                    subject(second, "escalationApprovers", "singleUser"),
                )
            )
        )
        found = differences(bare(ours), bare(theirs))
        assert not found, "\n".join(found)

    async def differs() -> None:
        theirs = json.loads(beta.body(beta.seed("a", "b", "c", "d", "e")))
        ours = json.loads(beta.body(beta.seed("a", "b", "c", "d", "e")))
        ours["expirationDateTime"] = None
        ours["requestApprovalSettings"]["approvalStages"][0]["primaryApprovers"].reverse()
        assert differences(bare(ours), bare(theirs)) == []
        ours["durationInDays"] = "365"
        ours["requestApprovalSettings"]["approvalStages"][1]["isEscalationEnabled"] = False
        assert len(differences(bare(ours), bare(theirs))) == 2

    await report.check("wire: the comparison finds differences", differs)
    await report.check("wire: entrant sends for the seed's policy what the SDK sends", same_body)
