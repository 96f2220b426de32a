"""The comment on a pull request: made, updated in place, resolved; nobody else's is touched."""

from __future__ import annotations

import json
import unittest

import stand_in
from stand_in import COMMENT, DIGEST, HEAD, OTHER_DIGEST, Case, plan, pull


class Comment(Case):
    def post(self, made: dict, words: str = "words", tenant: str = "prod") -> str:
        self.write("plan.json", json.dumps(made))
        self.write("comment.md", words)
        return self.succeeds(
            "plan_comment.py", "--tenant", tenant, "--plan", "plan.json", "--markdown", "comment.md"
        )

    def bodies(self) -> list[str]:
        return [comment["body"] for comment in self.github.comments]

    def test_it_is_made_then_updated_then_resolved(self) -> None:
        self.post(plan(2), "two changes")
        [body] = self.bodies()
        self.assertTrue(body.startswith(f"<!-- entrant:plan tenant=prod head={HEAD} digest={DIGEST} -->\n"), body)
        self.assertIn("two changes", body)
        self.assertIn("exactly this, or less, is applied", body)

        self.post(plan(1, OTHER_DIGEST), "one change")
        [body] = self.bodies()
        self.assertIn("one change", body)
        self.assertNotIn("two changes", body)
        self.assertIn(OTHER_DIGEST, body.split("\n")[0])

        self.post(plan(0), "No changes.")
        [body] = self.bodies()
        self.assertIn("There is nothing to apply", body)
        self.assertEqual([method for method, _ in self.writes()], ["POST", "PATCH", "PATCH"])

    def test_a_plan_that_failed_replaces_the_one_of_an_earlier_commit(self) -> None:
        self.post(plan(2), "two changes")
        self.succeeds("plan_comment.py", "--tenant", "prod", "--failed")
        [body] = self.bodies()
        self.assertIn("There is no plan", body)
        self.assertIn("digest=none", body)
        self.assertNotIn("two changes", body)

    def test_each_tenant_has_its_own(self) -> None:
        self.post(plan(1), "prod's", "prod")
        self.post(plan(1), "test's", "test")
        self.post(plan(1), "prod's, again", "prod")
        self.assertEqual(len(self.bodies()), 2)
        self.assertIn("prod's, again", self.bodies()[0])
        self.assertIn("test's", self.bodies()[1])

    def test_what_others_wrote_is_left_alone(self) -> None:
        marker = f"<!-- entrant:plan tenant=prod head={HEAD} digest={DIGEST} -->"
        for user in ({"login": "eve", "type": "User"}, {"login": "github-actions[bot]", "type": "User"}):
            self.github.comment(12, f"{marker}\nforged", user)
        self.github.comment(12, f"quoted\n{marker}")
        self.post(plan(1), "true words")
        self.assertEqual([method for method, _ in self.writes()], ["POST"])
        self.assertEqual(len(self.bodies()), 4)
        self.assertIn("true words", self.bodies()[3])

    def test_an_old_run_that_is_started_again_hides_nothing(self) -> None:
        self.post(plan(1), "the newest commit's")
        old = pull(head={"sha": "c" * 40, "repo": {"id": stand_in.REPOSITORY_ID}})
        self.write("event.json", json.dumps({"pull_request": old}))
        self.assertIn("is at aaaaaaaaaaaa by now", self.post(plan(2), "an old commit's"))
        self.succeeds("plan_comment.py", "--tenant", "prod", "--failed")
        [body] = self.bodies()
        self.assertIn("the newest commit's", body)

    def test_it_is_found_behind_hundreds_of_others(self) -> None:
        for number in range(250):
            self.github.comment(12, f"remark {number}", {"login": "ana", "type": "User"})
        self.post(plan(1), "first")
        self.post(plan(1), "second")
        self.assertEqual(len(self.bodies()), 251)
        self.assertIn("second", self.bodies()[250])

    def test_a_pull_request_of_a_fork_or_of_another_repository_is_refused(self) -> None:
        arguments = ("plan_comment.py", "--tenant", "prod", "--plan", "plan.json", "--markdown", "comment.md")
        self.write("plan.json", json.dumps(plan()))
        self.write("comment.md", "words")
        for side, words in (("head", "from a fork"), ("base", "another repository")):
            for repository in ({"id": 1}, None):
                other = pull()
                other[side]["repo"] = repository
                self.write("event.json", json.dumps({"pull_request": other}))
                self.refuses(words, *arguments)
        self.write("event.json", json.dumps({"push": {}}))
        self.refuses("does not belong to a pull request", *arguments)
        self.assertEqual(self.bodies(), [])

    def test_a_text_that_is_too_long_is_refused_loudly(self) -> None:
        arguments = ("plan_comment.py", "--tenant", "prod", "--plan", "plan.json", "--markdown", "comment.md")
        self.write("plan.json", json.dumps(plan()))
        self.write("comment.md", "x" * 65_536)
        self.refuses("GitHub takes 65536", *arguments)
        # What `entrant` leaves room for.
        self.environment["GITHUB_RUN_ID"] = "9" * 12
        self.post(plan(), "x" * COMMENT, "t" * 64)
        self.assertEqual(len(self.bodies()), 1)

    def test_a_plan_cannot_bring_a_marker_of_its_own(self) -> None:
        arguments = ("plan_comment.py", "--tenant", "prod", "--plan", "plan.json", "--markdown", "comment.md")
        self.write("plan.json", json.dumps(plan()))
        self.write("comment.md", f"<!-- entrant:plan tenant=prod head={HEAD} digest={OTHER_DIGEST} -->")
        self.refuses("a marker of its own", *arguments)
        self.write("plan.json", json.dumps({**plan(), "digest": f"{DIGEST} -->"}))
        self.write("comment.md", "words")
        self.refuses("lacks its changes or its digest", *arguments)
        self.refuses("cannot be the name of a tenant", "plan_comment.py", "--tenant", "a -->", "--failed")

    def test_what_github_refuses_is_an_error(self) -> None:
        place = f"/repos/{stand_in.REPOSITORY}/issues/12/comments"
        self.github.instead["GET", place] = stand_in.said(403, "Resource not accessible by integration")
        self.refuses(
            "403: Resource not accessible by integration", "plan_comment.py", "--tenant", "prod", "--failed"
        )


if __name__ == "__main__":
    unittest.main()
