"""From the pull request to the merge and on to drift: the scripts with the real binary, an emulated tenant and a
stand-in for GitHub, as the workflows put them together. `ENTRANT` names the binary.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import unittest
from pathlib import Path

from stand_in import HEAD, Case, archive

BINARY = os.environ.get("ENTRANT")
POLICY = "policies/first-policy.yaml"


@unittest.skipUnless(BINARY, "ENTRANT names no binary")
class Pipeline(Case):
    def setUp(self) -> None:
        super().setUp()
        (self.directory / "bin").mkdir()
        (self.directory / "bin" / "entrant").symlink_to(Path(str(BINARY)).resolve())
        self.environment.update(
            {
                "PATH": f"{self.directory / 'bin'}:{self.environment['PATH']}",
                "GITHUB_ACTIONS": "true",
                "GITHUB_WORKSPACE": str(self.directory),
                "GITHUB_STEP_SUMMARY": str(self.directory / "summary.md"),
                "HOME": str(self.directory),
                "GIT_AUTHOR_NAME": "a",
                "GIT_AUTHOR_EMAIL": "a@example.com",
                "GIT_COMMITTER_NAME": "a",
                "GIT_COMMITTER_EMAIL": "a@example.com",
            }
        )
        self.entrant("init")
        for arguments in (("init", "-q", "-b", "main"), ("add", "policies"), ("commit", "-qm", "begin")):
            self.ran("git", *arguments)
        server = subprocess.Popen(
            [str(BINARY), "emulator", "serve", "--tenant-id", "00000000-0000-0000-0000-000000000000"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.addCleanup(lambda: (server.terminate(), server.wait(), server.stdout.close()))
        self.environment["ENTRANT_GRAPH_URL"] = server.stdout.readline().strip()

    def ran(self, *command: str) -> str:
        ended = subprocess.run(
            command, cwd=self.directory, env=self.environment, capture_output=True, text=True, check=False
        )
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        return ended.stdout

    def entrant(self, *arguments: str) -> str:
        return self.ran("entrant", *arguments)

    def edit(self, old: str, new: str) -> None:
        text = (self.directory / POLICY).read_text()
        self.assertIn(old, text)
        self.write(POLICY, text.replace(old, new))

    def plan(self, *more: str) -> str:
        """A run of the step *Plan*; what it says of changes."""
        (self.directory / "output.txt").unlink(missing_ok=True)
        shutil.rmtree(self.directory / "plan", ignore_errors=True)
        self.succeeds("run.py", "plan", "--tenant", "prod", "--dir", "plan", *more)
        return self.outputs()["changes"]

    def propose(self) -> str:
        """What the workflow *plan* does for a commit; the plan's digest."""
        self.ran("git", "add", "policies")
        self.ran("git", "commit", "-qm", "change", "--allow-empty")
        self.plan()
        files = {file.name: file.read_text() for file in (self.directory / "plan").iterdir()}
        self.assertEqual(set(files), {"plan.json", "report.json", "comment.md"})
        self.github.artefacts.clear()
        self.github.add_artefact({})
        artefact = self.github.artefacts[0]
        self.github.archives[artefact["id"]] = archive(files)
        del artefact["digest"]
        self.environment["GITHUB_EVENT_NAME"] = "pull_request"
        self.succeeds(
            "plan_comment.py", "--tenant", "prod", "--plan", "plan/plan.json", "--markdown", "plan/comment.md"
        )
        return json.loads(files["plan.json"])["digest"]

    def approved(self) -> None:
        """What the workflow *apply* finds after the merge."""
        (self.directory / "output.txt").unlink(missing_ok=True)
        self.environment["GITHUB_EVENT_NAME"] = "push"
        self.succeeds("approved_plan.py", "--tenant", "prod", "--out", "approved.json")
        self.assertEqual(self.outputs()["found"], "true")

    def apply(self, *more: str) -> tuple[int, str]:
        ended = self.script("run.py", "apply", "--tenant", "prod", *more)
        return ended.returncode, ended.stdout + ended.stderr

    def drift(self) -> None:
        self.plan()
        self.succeeds(
            "drift_issue.py", "--tenant", "prod", "--plan", "plan/plan.json", "--markdown", "plan/comment.md"
        )

    def test_what_was_approved_is_applied_and_then_nothing_is_left(self) -> None:
        digest = self.propose()
        [comment] = self.github.comments
        self.assertTrue(
            comment["body"].startswith(f"<!-- entrant:plan tenant=prod head={HEAD} digest={digest} -->\n")
        )
        self.assertIn("Marketing campaign", comment["body"])
        self.assertIn("Marketing campaign", (self.directory / "summary.md").read_text())
        self.approved()
        self.assertEqual(self.apply("--plan", "approved.json")[0], 0)
        self.assertEqual(self.plan(), "false")
        # The same run once more: what is done already is fine.
        self.assertEqual(self.apply("--plan", "approved.json")[0], 0)
        self.propose()
        [comment] = self.github.comments
        self.assertIn("There is nothing to apply", comment["body"])

    def test_what_was_not_approved_stops_before_the_first_write(self) -> None:
        self.propose()
        self.approved()
        # What was merged is not what was planned: access lasts longer.
        self.edit("expiration: P90D", "expiration: P365D")
        code, said = self.apply("--plan", "approved.json")
        self.assertEqual(code, 3, said)
        self.assertIn("The plan is stale", said)
        self.edit("expiration: P365D", "expiration: P90D")
        self.assertEqual(self.plan(), "true", "nothing was written")
        self.assertEqual(self.apply("--plan", "approved.json")[0], 0)

    def test_a_digest_alone_allows_that_very_plan(self) -> None:
        digest = self.propose()
        self.edit("expiration: P90D", "expiration: P365D")
        code, said = self.apply("--digest", digest)
        self.assertEqual(code, 3, said)
        self.edit("expiration: P365D", "expiration: P90D")
        self.approved()
        self.assertEqual(self.apply("--plan", "approved.json", "--digest", digest, "--strict")[0], 0)
        self.assertEqual(self.apply("--digest", digest)[0], 0, "an empty plan is fine")

    def test_a_plan_that_was_tampered_with_is_refused(self) -> None:
        self.propose()
        self.approved()
        text = (self.directory / "approved.json").read_text()
        self.assertIn("P90D", text)
        self.write("approved.json", text.replace("P90D", "P365D"))
        code, said = self.apply("--plan", "approved.json")
        self.assertNotEqual(code, 0, said)
        self.assertEqual(self.plan(), "true", "nothing was written")

    def test_drift_is_told_and_put_back_by_its_digest(self) -> None:
        self.propose()
        self.approved()
        self.assertEqual(self.apply("--plan", "approved.json")[0], 0)
        self.drift()
        self.assertEqual(self.github.issues, [])
        # Somebody makes access last longer, past the files of main.
        self.edit("expiration: P90D", "expiration: P365D")
        self.entrant("apply", "--tenant=prod", "--auto-approve")
        self.edit("expiration: P365D", "expiration: P90D")
        self.drift()
        [issue] = self.github.issues
        self.assertIn("Marketing campaign", issue["body"])
        digest = json.loads((self.directory / "plan" / "plan.json").read_text())["digest"]
        self.assertIn(digest, issue["body"])
        self.assertEqual(self.apply("--digest", digest)[0], 0)
        self.drift()
        [issue] = self.github.issues
        self.assertEqual(issue["state"], "closed")

    def test_a_mistake_in_a_file_fails_the_plan(self) -> None:
        self.edit("kind: AssignmentPolicy", "kind: AssignmentPolici")
        ended = self.script("run.py", "plan", "--tenant", "prod", "--dir", "plan")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("::error title=entrant plan ended with 1::", ended.stdout)
        self.succeeds("plan_comment.py", "--tenant", "prod", "--failed")
        self.assertIn("There is no plan", self.github.comments[0]["body"])

    def test_there_is_no_plan_to_approve_that_deletes_what_was_protected(self) -> None:
        text = (self.directory / POLICY).read_text()
        self.write(POLICY, text.replace("kind: AssignmentPolicy\n", "kind: AssignmentPolicy\nprotected: true\n"))
        digest = self.propose()
        self.assertEqual(self.apply("--digest", digest)[0], 0)
        name = next(line for line in text.splitlines() if line.startswith("displayName:"))
        package = next(line for line in text.splitlines() if line.startswith("accessPackage:"))
        self.write(
            POLICY,
            f"kind: Removed\naction: delete\ntarget:\n  kind: AssignmentPolicy\n  {package}\n  {name}\n",
        )
        self.ran("git", "commit", "-qam", "remove")
        ended = self.script("run.py", "plan", "--tenant", "prod", "--dir", "gone", "--since", "HEAD^1")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("protected-object", ended.stdout + ended.stderr)
        self.assertFalse((self.directory / "gone" / "plan.json").exists())

    def test_a_guard_that_refuses_says_so(self) -> None:
        digest = self.propose()
        (self.directory / POLICY).unlink()
        code, said = self.apply("--digest", digest)
        self.assertEqual(code, 4, said)
        self.assertIn("A guard refused", said)


if __name__ == "__main__":
    unittest.main()
