"""The pull request of a tenant's drift: made, updated, and closed by itself; of documents alone."""

from __future__ import annotations

import os
import subprocess
import unittest

from stand_in import BOT, MERGED, Case

BRANCH = "entrant/adopt-prod"


class DriftPull(Case):
    def setUp(self) -> None:
        super().setUp()
        self.github.pulls = []
        for name in ("policies/sales", "policies/.hidden"):
            (self.directory / name).mkdir(parents=True)
        self.write("policies/sales/one.yaml", "a: 1\n")
        self.write("policies/two.yaml", "b: 1\r\n")
        self.write("README.md", "words\n")
        self.git("init", "-q", ".")
        self.git("add", "-A", ".")
        self.git("commit", "-q", "-m", "documents")

    def git(self, *arguments: str) -> None:
        own = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
        own += ["-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false"]
        subprocess.run(["git", *own, *arguments], cwd=self.directory, check=True, capture_output=True)

    def tell(self, said: str = "changed policies/sales/one.yaml\n") -> str:
        self.write("said.txt", said)
        return self.succeeds("drift_pull.py", "--tenant", "prod", "--said", "said.txt")

    def test_it_is_made_updated_and_closed(self) -> None:
        self.assertIn("nothing to take", self.tell())
        self.assertEqual(self.github.pulls, [])

        self.write("policies/sales/one.yaml", "a: 2\n")
        (self.directory / "policies/two.yaml").write_bytes(b"b: 2\r\n")
        self.tell("changed one ``` fence\n")
        [pull] = self.github.pulls
        self.assertEqual((pull["head"], pull["base"], pull["state"]), (BRANCH, "main", "open"))
        self.assertIn("````text\nchanged one ``` fence\n````\n", pull["body"])
        commit = self.github.commits[self.github.branches[BRANCH]]
        self.assertEqual(commit["parents"], [MERGED])
        tree = self.github.trees[commit["tree"]]
        self.assertEqual(tree["base_tree"], "c" * 40)
        self.assertEqual(
            [(entry["path"], entry["content"]) for entry in tree["tree"]],
            [("policies/sales/one.yaml", "a: 2\n"), ("policies/two.yaml", "b: 2\r\n")],
        )

        first = self.github.branches[BRANCH]
        self.write("policies/sales/one.yaml", "a: 3\n")
        self.tell("another\n")
        [pull] = self.github.pulls
        self.assertIn("another", pull["body"])
        self.assertNotEqual(self.github.branches[BRANCH], first)

        self.git("checkout", "-q", "--", ".")
        self.tell()
        [pull] = self.github.pulls
        self.assertEqual(pull["state"], "closed")
        self.assertIn("nothing left to take", self.github.comments[0]["body"])

    def test_nothing_but_documents_that_were_there_is_in_it(self) -> None:
        self.write("README.md", "other words\n")
        self.write("policies/new.yaml", "c: 1\n")
        self.write("policies/notes.txt", "n\n")
        os.remove(self.directory / "policies/two.yaml")
        self.assertIn("nothing to take", self.tell())
        self.assertEqual(self.github.pulls, [])

    def test_what_others_opened_is_left_alone(self) -> None:
        marker = "<!-- entrant:adopt tenant=prod -->\n"
        common = {"head": BRANCH, "state": "open"}
        self.github.pulls = [
            {"number": 1, "user": {"login": "eve", "type": "User"}, "body": marker, **common},
            {"number": 2, "user": BOT, "body": f"quoted\n{marker}", **common},
        ]
        self.tell()
        self.assertEqual([pull["state"] for pull in self.github.pulls], ["open", "open"])


if __name__ == "__main__":
    unittest.main()
