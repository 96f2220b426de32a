"""Runs `entrant` for a workflow: its exit code becomes an output, or an annotation that says what to do.

    run.py plan  --tenant NAME --dir DIR [--since REV]
    run.py apply --tenant NAME [--plan FILE] [--digest DIGEST] [--strict] [--since REV]
                 [--allow-delete ADDRESSES] [--allow-immediate ADDRESSES]
    run.py adopt --tenant NAME --said FILE

`plan` writes `plan.json`, `report.json` and `comment.md` into DIR and succeeds with or without changes; the output
`changes` says which. `apply` takes the plan that was approved, or with `--strict` its digest alone; what guards shall
let pass is an address, or a JSON list of them. REV is the revision whose documents were applied before; none is an
empty text, or the zeros that GitHub sends for a branch that is new. `adopt` changes the documents of the checkout and
writes what it says into FILE; what it could not take is a warning. Nothing is passed through a shell.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess

import api

# What the codes of `entrant apply` mean for whoever looks at the run.
HELP = {
    1: "Error: nothing was decided. The lines above say what is wrong and what to do.",
    3: "The plan is stale: the tenant or the main branch would now give another change than the one that was "
    "approved. Nothing was written. Have a fresh plan approved: open a pull request (an empty commit will do), "
    "or run the workflow `apply` by hand with the digest of the plan in this run's summary.",
    4: "A guard refused: the change is larger than the limits in entrant.yaml allow, or it lets go of access at "
    "once. Nothing was written. The lines above name what to allow: run the workflow `apply` by hand with the plan's "
    "digest and those addresses, or split the change, or raise the limit in a pull request.",
    5: "Partly applied or unclear: something was written and something was not. Run the workflow again; it goes on "
    "where it stopped and makes nothing twice.",
    130: "Interrupted: what was in flight is finished and the rest is not begun. Run the workflow again.",
}


def main(arguments: list[str], environment: dict[str, str]) -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    plan_arguments = commands.add_parser("plan")
    plan_arguments.add_argument("--tenant", required=True)
    plan_arguments.add_argument("--dir", required=True)
    plan_arguments.add_argument("--since", default="")
    apply_arguments = commands.add_parser("apply")
    apply_arguments.add_argument("--tenant", required=True)
    apply_arguments.add_argument("--plan", default="")
    apply_arguments.add_argument("--digest", default="")
    apply_arguments.add_argument("--strict", action="store_true")
    apply_arguments.add_argument("--since", default="")
    apply_arguments.add_argument("--allow-delete", default="")
    apply_arguments.add_argument("--allow-immediate", default="")
    adopt_arguments = commands.add_parser("adopt")
    adopt_arguments.add_argument("--tenant", required=True)
    adopt_arguments.add_argument("--said", required=True)
    asked = parser.parse_args(arguments)
    tenant = api.tenant(asked.tenant)
    if asked.command == "plan":
        plan(tenant, asked.dir, since(asked.since), environment)
    elif asked.command == "adopt":
        adopt(tenant, asked.said)
    else:
        # An emulated tenant begins anew in each job: nothing is known to have been there.
        is_emulated = environment.get("EMULATED_TENANT") == "true"
        options = [] if is_emulated else since(asked.since)
        options += [f"--allow-delete={address}" for address in addresses(asked.allow_delete)]
        options += [f"--allow-immediate={address}" for address in addresses(asked.allow_immediate)]
        apply(tenant, asked.plan, asked.digest, asked.strict, options)


def plan(tenant: str, directory: str, compared: list[str], environment: dict[str, str]) -> None:
    os.makedirs(directory, exist_ok=True)
    command = ["entrant", "plan", f"--tenant={tenant}", "--format=github", "--detailed-exitcode"]
    command += [f"--out={directory}/plan.json", f"--report={directory}/report.json"]
    command += [f"--markdown={directory}/comment.md", *compared]
    code = run(command)
    if code not in (0, 2):
        failed("plan", code)
    api.output(environment, changes="true" if code == 2 else "false")


def apply(tenant: str, plan_file: str, digest: str, is_strict: bool, options: list[str]) -> None:
    command = ["entrant", "apply", f"--tenant={tenant}", "--auto-approve", *options]
    if is_strict or not plan_file:
        if not api.DIGEST.fullmatch(digest):
            raise api.Refused(
                "there is no approved plan to apply, and no digest of one: a change reaches the tenant by a pull "
                "request whose plan was reviewed, or by running this workflow by hand with a plan's digest"
            )
        command.append(f"--expect-digest={digest}")
    else:
        command.append(plan_file)
    code = run(command)
    if code != 0:
        failed("apply", code)


def since(revision: str) -> list[str]:
    """What names the revision to compare with, if there is one."""
    return [f"--since={revision}"] if revision.strip("0") else []


def adopt(tenant: str, said: str) -> None:
    command = ["entrant", "adopt", "--all", f"--tenant={tenant}"]
    print("$ " + " ".join(command), flush=True)
    ended = subprocess.run(command, check=False, capture_output=True)
    words = ended.stdout.decode(errors="replace") + ended.stderr.decode(errors="replace")
    print(words, flush=True)
    with open(said, "w", encoding="utf-8") as file:
        # How far it was is for the log; what was taken and what was not is for people.
        told = re.compile(r"(changed |  |not taken: |left: |note: )")
        file.writelines(line + "\n" for line in words.splitlines() if told.match(line))
    if ended.returncode == 1 and "not taken: " in words:
        print("::warning title=entrant adopt::Not all could be taken; the lines above say what and why.", flush=True)
    elif ended.returncode != 0:
        failed("adopt", ended.returncode)


def addresses(text: str) -> list[str]:
    """An address, or a JSON list of them; nothing is none."""
    text = text.strip()
    found = json.loads(text) if text.startswith("[") else [text] if text else []
    if not all(isinstance(address, str) and address.strip() and address.isprintable() for address in found):
        raise api.Refused("what shall be allowed is an address, or a JSON list of them")
    return found


def run(command: list[str]) -> int:
    """The exit code, as a shell would say it."""
    print("$ " + " ".join(command), flush=True)
    code = subprocess.run(command, check=False).returncode
    return code if code >= 0 else 128 - code


def failed(what: str, code: int) -> None:
    words = HELP.get(code if what == "apply" or code in (1, 130) else 1, "The lines above say what happened.")
    print(f"::error title=entrant {what} ended with {code}::{api.escaped(words)}", flush=True)
    raise SystemExit(code)


if __name__ == "__main__":
    api.entry(main)
