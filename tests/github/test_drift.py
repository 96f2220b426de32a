"""The issue of a tenant: made, updated, closed by itself, and opened again when drift comes back."""

from __future__ import annotations

import json
import unittest

from stand_in import BOT, COMMENT, DIGEST, OTHER_DIGEST, Case, plan


class Drift(Case):
    def tell(self, made: dict, words: str = "words", tenant: str = "prod") -> str:
        self.write("plan.json", json.dumps(made))
        self.write("drift.md", words)
        return self.succeeds(
            "drift_issue.py", "--tenant", tenant, "--plan", "plan.json", "--markdown", "drift.md"
        )

    def test_it_is_made_updated_closed_and_opened_again(self) -> None:
        self.assertIn("is as declared", self.tell(plan(0)))
        self.assertEqual(self.github.issues, [])

        self.tell(plan(1), "one difference")
        [issue] = self.github.issues
        self.assertEqual(issue["title"], "Drift: prod is not as declared")
        self.assertEqual(issue["labels"], ["entrant-drift"])
        self.assertIn("one difference", issue["body"])
        self.assertIn(DIGEST, issue["body"])

        self.tell(plan(2, OTHER_DIGEST), "two differences")
        [issue] = self.github.issues
        self.assertIn("two differences", issue["body"])
        self.assertNotIn("one difference", issue["body"])

        self.tell(plan(0))
        [issue] = self.github.issues
        self.assertEqual((issue["state"], issue["state_reason"]), ("closed", "completed"))
        self.assertIn("as declared again", self.github.comments[0]["body"])
        before = self.writes()
        self.tell(plan(0))
        self.assertEqual(self.writes(), before)

        self.tell(plan(1), "back")
        [issue] = self.github.issues
        self.assertEqual(issue["state"], "open")
        self.assertIn("back", issue["body"])

    def test_each_tenant_has_its_own(self) -> None:
        self.tell(plan(1), "prod's", "prod")
        self.tell(plan(1), "test's", "test")
        self.tell(plan(0), "", "prod")
        self.assertEqual([issue["state"] for issue in self.github.issues], ["open", "closed"])

    def test_what_others_wrote_is_left_alone(self) -> None:
        marker = f"<!-- entrant:drift tenant=prod digest={DIGEST} -->\n"
        common = {"state": "open", "labels": ["entrant-drift"], "body": marker}
        self.github.issues = [
            {"number": 1, "user": {"login": "eve", "type": "User"}, **common},
            {"number": 2, "user": BOT, "pull_request": {}, **common},
            {"number": 3, "user": BOT, **common, "body": f"quoted\n{marker}"},
        ]
        self.tell(plan(1), "true words")
        self.assertEqual(len(self.github.issues), 4)
        self.tell(plan(0))
        self.assertEqual([issue["state"] for issue in self.github.issues], ["closed", "open", "open", "open"])

    def test_what_is_no_plan_closes_nothing(self) -> None:
        self.tell(plan(1), "one difference")
        for made in ({}, {"changes": []}, {"digest": DIGEST}, {"changes": None, "digest": DIGEST}, []):
            self.write("plan.json", json.dumps(made))
            ended = self.script(
                "drift_issue.py", "--tenant", "prod", "--plan", "plan.json", "--markdown", "drift.md"
            )
            self.assertEqual(ended.returncode, 1, made)
        self.assertEqual(self.github.issues[0]["state"], "open")

    def test_a_text_that_is_too_long_is_refused_loudly(self) -> None:
        self.write("plan.json", json.dumps(plan(1)))
        self.write("drift.md", "x" * 65_536)
        self.refuses(
            "GitHub takes 65536",
            *("drift_issue.py", "--tenant", "prod", "--plan", "plan.json", "--markdown", "drift.md"),
        )
        # What `entrant` leaves room for.
        self.environment["GITHUB_RUN_ID"] = "9" * 12
        self.tell(plan(1), "x" * COMMENT, "t" * 64)


if __name__ == "__main__":
    unittest.main()
