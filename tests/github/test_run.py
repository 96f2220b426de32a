"""`entrant` in a workflow: its arguments, and what becomes of each exit code."""

from __future__ import annotations

import json
import unittest

import stand_in
from stand_in import DIGEST, Case


class Run(Case):
    """With a stand-in for `entrant` that writes down its arguments and ends as it is told."""

    def setUp(self) -> None:
        super().setUp()
        binary = self.directory / "bin" / "entrant"
        binary.parent.mkdir()
        binary.write_text(
            "#!/bin/sh\n"
            'for argument in "$@"; do printf "%s\\n" "$argument" >> "$RECORD"; done\n'
            'printf "%s" "$SAID"\n'
            'exit "$CODE"\n'
        )
        binary.chmod(0o755)
        self.environment["PATH"] = f"{binary.parent}:{self.environment['PATH']}"
        self.environment["RECORD"] = str(self.directory / "arguments.txt")
        self.environment["SAID"] = ""

    def ended(self, code: int, *arguments: str) -> tuple[int, str]:
        self.environment["CODE"] = str(code)
        (self.directory / "arguments.txt").unlink(missing_ok=True)
        ended = self.script("run.py", *arguments)
        return ended.returncode, ended.stdout

    def arguments(self) -> list[str]:
        return (self.directory / "arguments.txt").read_text().splitlines()

    def test_a_plan_succeeds_with_and_without_changes(self) -> None:
        for code, changes in ((0, "false"), (2, "true")):
            (self.directory / "output.txt").unlink(missing_ok=True)
            ended, _ = self.ended(code, "plan", "--tenant", "prod", "--dir", "out", "--since", "HEAD^1")
            self.assertEqual(ended, 0)
            self.assertEqual(self.outputs(), {"changes": changes})
        self.assertEqual(
            self.arguments(),
            [
                "plan",
                "--tenant=prod",
                "--format=github",
                "--detailed-exitcode",
                "--out=out/plan.json",
                "--report=out/report.json",
                "--markdown=out/comment.md",
                "--since=HEAD^1",
            ],
        )

    def test_a_plan_that_fails_says_nothing_of_changes(self) -> None:
        for code in (1, 4, 101, 130):
            ended, said = self.ended(code, "plan", "--tenant", "prod", "--dir", "out")
            self.assertEqual(ended, code)
            self.assertIn(f"::error title=entrant plan ended with {code}::", said)
            self.assertFalse((self.directory / "output.txt").exists())

    def test_an_adopt_hands_on_what_it_took_and_what_not(self) -> None:
        lines = ["Reading the policies.", "changed policies/a.yaml", "  A/b: /c", "not taken: A/d: an alias", "help: x"]
        self.environment["SAID"] = "\n".join(lines)
        for code, title in ((0, ""), (1, "::warning title=entrant adopt::")):
            ended, said = self.ended(code, "adopt", "--tenant", "prod", "--said", "said.txt")
            self.assertEqual(ended, 0)
            self.assertIn(title, said)
            self.assertEqual(self.arguments(), ["adopt", "--all", "--tenant=prod"])
            self.assertEqual((self.directory / "said.txt").read_text().splitlines(), lines[1:4])
        self.environment["SAID"] = "error: nobody is signed in"
        ended, said = self.ended(1, "adopt", "--tenant", "prod", "--said", "said.txt")
        self.assertEqual(ended, 1)
        self.assertIn("::error title=entrant adopt ended with 1::", said)

    def test_each_end_of_an_apply_says_what_to_do(self) -> None:
        for code, words in (
            (1, "nothing was decided"),
            (3, "The plan is stale"),
            (4, "A guard refused"),
            (5, "Partly applied or unclear"),
            (130, "Interrupted"),
            (101, "The lines above say what happened"),
        ):
            ended, said = self.ended(code, "apply", "--tenant", "prod", "--plan", "approved.json")
            self.assertEqual(ended, code)
            self.assertIn(f"::error title=entrant apply ended with {code}::", said)
            self.assertIn(words, said)
        self.assertEqual(self.ended(0, "apply", "--tenant", "prod", "--plan", "approved.json")[0], 0)

    def test_what_main_declared_before_is_compared_with(self) -> None:
        before = "a" * 40
        self.ended(0, "apply", "--tenant", "prod", "--plan", "approved.json", "--since", before)
        self.assertIn(f"--since={before}", self.arguments())
        # An emulated tenant begins anew, so that an apply to it has nothing to compare with.
        self.environment["EMULATED_TENANT"] = "true"
        self.ended(0, "apply", "--tenant", "prod", "--plan", "approved.json", "--since", before)
        self.assertNotIn(f"--since={before}", self.arguments())
        del self.environment["EMULATED_TENANT"]
        # A run by hand has none, and a branch that is new is said to come from zeros.
        for none in ("", "0" * 40):
            for command in (["apply", "--plan", "approved.json"], ["plan", "--dir", "out"]):
                self.ended(0, command[0], "--tenant", "prod", *command[1:], "--since", none)
                self.assertFalse([each for each in self.arguments() if each.startswith("--since")])

    def test_what_was_approved_is_what_is_applied(self) -> None:
        self.ended(0, "apply", "--tenant", "prod", "--plan", "approved.json", "--digest", DIGEST)
        self.assertEqual(self.arguments(), ["apply", "--tenant=prod", "--auto-approve", "approved.json"])
        expected = ["apply", "--tenant=prod", "--auto-approve", f"--expect-digest={DIGEST}"]
        self.ended(0, "apply", "--tenant", "prod", "--plan", "approved.json", "--digest", DIGEST, "--strict")
        self.assertEqual(self.arguments(), expected)
        self.ended(0, "apply", "--tenant", "prod", "--digest", DIGEST)
        self.assertEqual(self.arguments(), expected)

    def test_what_guards_let_pass_is_named_address_by_address(self) -> None:
        common = ("apply", "--tenant", "prod", "--digest", DIGEST, "--plan", "")
        ended, _ = self.ended(
            0, *common, "--allow-delete", "A/b c/*", "--allow-immediate", '["A/x; y", "--auto-approve"]'
        )
        self.assertEqual(ended, 0)
        self.assertEqual(
            self.arguments()[3:],
            [
                "--allow-delete=A/b c/*",
                "--allow-immediate=A/x; y",
                "--allow-immediate=--auto-approve",
                f"--expect-digest={DIGEST}",
            ],
        )
        self.ended(0, *common, "--allow-delete", " ", "--allow-immediate", "[]")
        self.assertEqual(self.arguments()[3:], [f"--expect-digest={DIGEST}"])
        for wrong in ('["a", 1]', '[""]', "[1", '["a\\u0007"]'):
            ended, said = self.ended(0, *common, "--allow-delete", wrong)
            self.assertEqual(ended, 1, wrong)
            self.assertIn("::error title=entrant::", said)

    def test_nothing_is_applied_without_an_approved_plan(self) -> None:
        for arguments in (
            (),
            ("--plan", "", "--digest", ""),
            ("--digest", "sha256:1"),
            ("--digest", f"{DIGEST} --allow-delete"),
            ("--plan", "approved.json", "--strict"),
        ):
            self.environment["CODE"] = "0"
            self.refuses("no approved plan", "run.py", "apply", "--tenant", "prod", *arguments)
            self.assertFalse((self.directory / "arguments.txt").exists())

    def test_a_tenant_is_a_name(self) -> None:
        for name in ("", "-v", "../x", "a b", "a\n::error::", "a" * 65):
            self.environment["CODE"] = "0"
            self.refuses(
                "cannot be the name of a tenant", "run.py", "apply", f"--tenant={name}", "--digest", DIGEST
            )


class Hosts(Case):
    """Where the token may go."""

    def test_the_api_is_at_https_or_on_this_machine(self) -> None:
        for url in (
            "http://example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "https://user@example.com",
            "ftp://127.0.0.1",
            "https://",
            "",
        ):
            self.environment["GITHUB_API_URL"] = url
            ended = self.script("plan_comment.py", "--tenant", "prod", "--failed")
            self.assertEqual(ended.returncode, 1, url)
            self.assertIn("::error title=entrant::GITHUB_API_URL", ended.stdout)
        self.assertEqual(self.github.api.requests, [])

    def test_a_message_of_github_cannot_give_commands_to_the_runner(self) -> None:
        place = f"/repos/{stand_in.REPOSITORY}/issues/12/comments"
        self.github.instead["GET", place] = stand_in.said(403, "no\n::set-env name=X::y\r\n::stop-commands::z")
        ended = self.script("plan_comment.py", "--tenant", "prod", "--failed")
        self.assertEqual(len([line for line in ended.stdout.splitlines() if line.startswith("::")]), 1)

    def test_a_repository_is_a_name(self) -> None:
        for name in ("contoso", "contoso/access/../../x", "contoso/access?x", "a b/c"):
            self.environment["GITHUB_REPOSITORY"] = name
            self.refuses("is no OWNER/REPOSITORY", "plan_comment.py", "--tenant", "prod", "--failed")
        self.assertEqual(json.loads("[]"), self.github.api.requests)


if __name__ == "__main__":
    unittest.main()
