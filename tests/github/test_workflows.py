"""What no linter asks of the workflows, here and as `entrant init --github` writes them."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from stand_in import ROOT

# Every action, with the version whose commit was looked up. A newer one is a line here and a reviewed change.
PINS = {
    "actions/attest-build-provenance": ("0f67c3f4856b2e3261c31976d6725780e5e4c373", "v4.1.1"),
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/download-artifact": ("3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
    "actions/upload-artifact": ("043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "v7.0.1"),
}
USES = re.compile(r"^ *(?:- )?uses: *(\S+)(?: +# +(\S+))?$", re.MULTILINE)


def scripts(text: str) -> list[str]:
    """The text of every `run:`, by indentation."""
    found = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        match = re.match(r"^( *)(?:- )?run: *(.*)$", line)
        # `defaults: run:` has no text of its own.
        if not match or not match.group(2):
            continue
        indent = len(match.group(1))
        taken = [match.group(2)]
        for following in lines[number + 1 :]:
            if following.strip() and len(following) - len(following.lstrip()) <= indent:
                break
            taken.append(following)
        found.append("\n".join(taken))
    return found


def jobs(text: str) -> list[tuple[str, str]]:
    """The jobs of a workflow, by name."""
    body = text.split("\njobs:\n", 1)[1]
    parts = re.split(r"(?m)^  ([a-z-]+):\n", body)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


class Workflows(unittest.TestCase):
    def setUp(self) -> None:
        self.files = sorted((ROOT / ".github").glob("*/*.yml")) + sorted((ROOT / ".github").glob("*/*/*.yml"))
        self.workflows = [file for file in self.files if file.parent.name == "workflows"]
        self.assertEqual(
            [file.name for file in self.workflows],
            ["apply-tenant.yml", "apply.yml", "ci.yml", "drift.yml", "plan.yml", "release.yml"],
        )
        if binary := os.environ.get("ENTRANT"):
            temporary = tempfile.TemporaryDirectory()
            self.addCleanup(temporary.cleanup)
            made = Path(temporary.name)
            subprocess.run([binary, "init", "--github", made], check=True, capture_output=True)
            written = sorted((made / ".github").glob("**/*.yml"))
            self.assertEqual(len(written), 5)
            self.files += written
            self.workflows += [file for file in written if file.parent.name == "workflows"]

    def test_every_action_is_pinned_to_a_commit_that_was_looked_up(self) -> None:
        used = set()
        for file in self.files:
            for action, version in USES.findall(file.read_text()):
                if action.startswith("$/.github/"):
                    self.assertTrue((ROOT / action[2:]).exists(), f"{file.name}: {action}")
                    continue
                name, commit = action.split("@")
                self.assertEqual((commit, version), PINS.get(name), f"{file.name}: {action}")
                used.add(name)
            self.assertEqual(file.read_text().count("uses:"), len(USES.findall(file.read_text())), file.name)
        self.assertEqual(used, set(PINS))

    def test_no_expression_stands_in_a_script(self) -> None:
        seen = 0
        for file in self.files:
            for script in scripts(file.read_text()):
                seen += 1
                self.assertNotIn("${{", script, f"{file.name}: {script}")
        self.assertGreater(seen, 15)

    def test_permissions_are_none_at_the_top_and_said_by_each_job(self) -> None:
        for file in self.workflows:
            text = file.read_text()
            self.assertIn("\npermissions: {}\n", text, file.name)
            for name, job in jobs(text):
                self.assertRegex(job, r"(?m)^    permissions:", f"{file.name}: {name}")
                for line in re.findall(r"(?m)^      [a-z-]+: write.*$", job):
                    self.assertRegex(line, r" # ", f"{file.name}: {name}: {line}")

    def test_each_job_ends_by_itself_and_names_its_shell(self) -> None:
        for file in self.workflows:
            text = file.read_text()
            for name, job in jobs(text):
                if "    uses: $/" in job:
                    continue
                self.assertRegex(job, r"(?m)^    timeout-minutes: \d+$", f"{file.name}: {name}")
                self.assertIn("\ndefaults:\n  run:\n    shell: bash\n", text, file.name)

    def test_no_checkout_keeps_the_token(self) -> None:
        for file in self.workflows:
            text = file.read_text()
            self.assertEqual(
                text.count("uses: actions/checkout@"), text.count("persist-credentials: false"), file.name
            )

    def test_a_fork_gets_no_identity(self) -> None:
        for file in self.workflows:
            text = file.read_text()
            self.assertNotIn("pull_request_target", text, file.name)
            self.assertNotIn("workflow_run:", text, file.name)
            self.assertNotIn("secrets.", text, file.name)
            if "\n  pull_request:" not in text:
                continue
            for name, job in jobs(text):
                if "write" in "".join(re.findall(r"(?m)^      [a-z-]+: (write)", job)):
                    self.assertIn(
                        "github.event.pull_request.head.repo.full_name == github.repository", job, name
                    )

    def test_an_apply_of_a_tenant_waits_for_the_one_before(self) -> None:
        for file in self.workflows:
            if file.name != "apply.yml":
                continue
            job = dict(jobs(file.read_text()))["apply"]
            self.assertIn("      group: apply-${{ matrix.tenant }}\n", job)
            self.assertIn("      cancel-in-progress: false\n      queue: max\n", job)

    def test_only_the_environment_with_reviewers_writes(self) -> None:
        for file in self.workflows:
            for name, job in jobs(file.read_text()):
                if "run.py apply" in job:
                    self.assertIn("      name: apply-${{ inputs.tenant }}\n", job, file.name)
                    self.assertNotIn("deployment: false", job, file.name)
                    self.assertIn("    needs: look\n", job, file.name)
                elif "id-token: write" in job and file.name not in ("release.yml", "apply.yml"):
                    self.assertRegex(job, r"(?m)^      name: plan-", f"{file.name}: {name}")


if __name__ == "__main__":
    unittest.main()
