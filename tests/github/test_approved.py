"""The approved plan: found from the commit through the pull request, and nothing else taken for it."""

from __future__ import annotations

import json
import unittest
from typing import Any

from stand_in import DIGEST, HEAD, MERGED, OTHER_DIGEST, REPOSITORY_ID, TOKEN, Case, archive, plan, pull, run


class Approved(Case):
    def setUp(self) -> None:
        super().setUp()
        self.environment["GITHUB_EVENT_NAME"] = "push"
        self.github.add_artefact(plan())
        self.shown(DIGEST)

    def shown(self, digest: str, head: str = HEAD, **more: Any) -> None:
        """What the comment shows."""
        self.github.comments.clear()
        self.github.comment(12, f"<!-- entrant:plan tenant=prod head={head} digest={digest} -->\nwords", **more)

    def look(self) -> dict[str, str]:
        (self.directory / "output.txt").unlink(missing_ok=True)
        (self.directory / "approved.json").unlink(missing_ok=True)
        self.said = self.succeeds("approved_plan.py", "--tenant", "prod", "--out", "approved.json")
        return self.outputs()

    def is_not_found(self, words: str) -> None:
        self.assertEqual(self.look()["found"], "false")
        self.assertIn(words, self.said)
        self.assertFalse((self.directory / "approved.json").exists())

    def is_refused(self, words: str) -> None:
        self.refuses(words, "approved_plan.py", "--tenant", "prod", "--out", "approved.json")
        self.assertFalse((self.directory / "approved.json").exists())

    def test_it_is_found_by_the_pull_request_of_the_commit(self) -> None:
        self.assertEqual(self.look(), {"found": "true", "digest": DIGEST, "pull": "12"})
        self.assertEqual(json.loads((self.directory / "approved.json").read_text()), plan())
        self.assertEqual(self.writes(), [])

    def test_the_token_does_not_go_to_where_artefacts_are_kept(self) -> None:
        self.look()
        [request] = self.github.store.requests
        self.assertNotIn("Authorization", request["headers"])
        self.assertNotIn(TOKEN, json.dumps({**request, "body": ""}))
        for request in self.github.api.requests:
            self.assertEqual(request["headers"]["Authorization"], f"Bearer {TOKEN}")

    def test_the_token_follows_no_redirect_of_the_api(self) -> None:
        for status in (301, 302, 307, 308):
            self.github.instead["GET", f"/repos/contoso/access/commits/{MERGED}/pulls"] = (
                status,
                {"Location": f"{self.github.store.url}/elsewhere"},
                b"",
            )
            self.is_refused("where the token does not go")
        self.assertEqual(self.github.store.requests, [])

    def test_an_artefact_elsewhere_than_https_is_not_fetched(self) -> None:
        for place in ("http://example.com/x", "file:///etc/passwd", "ftp://127.0.0.1/x", ""):
            artefact = self.github.artefacts[0]["id"]
            self.github.instead["GET", f"/repos/contoso/access/actions/artifacts/{artefact}/zip"] = (
                302,
                {"Location": place},
                b"",
            )
            self.is_refused("not https://")

    def test_a_redirect_of_the_store_is_not_followed(self) -> None:
        artefact = self.github.artefacts[0]["id"]
        self.github.archives[artefact] = b""
        self.github.store.server.RequestHandlerClass.do_GET = lambda handler: (  # type: ignore[attr-defined]
            handler.send_response(302),
            handler.send_header("Location", self.github.api.url),
            handler.send_header("Content-Length", "0"),
            handler.end_headers(),
        )
        self.is_refused("cannot be downloaded: 302")

    def test_a_direct_push_has_none(self) -> None:
        for pulls in ([], [pull(merged_at=None)], [pull(merge_commit_sha="c" * 40)]):
            self.github.pulls = pulls
            self.is_not_found("was not brought by a pull request")

    def test_other_branches_and_repositories_have_none(self) -> None:
        self.github.pulls = [pull(base={"ref": "other", "repo": {"id": REPOSITORY_ID}})]
        self.is_not_found("was not brought by a pull request")
        self.github.pulls = [pull(base={"ref": "main", "repo": {"id": 1}})]
        self.is_not_found("was not brought by a pull request")
        for repository in ({"id": 1}, None):
            self.github.pulls = [pull(head={"sha": HEAD, "repo": repository})]
            self.is_not_found("came from a fork")

    def test_two_pull_requests_for_one_commit_are_a_contradiction(self) -> None:
        self.github.pulls = [pull(), pull(number=13)]
        self.is_refused("several pull requests")

    def test_only_the_workflow_plan_makes_plans(self) -> None:
        for other in (
            {"path": ".github/workflows/evil.yml"},
            {"event": "push"},
            {"event": "workflow_dispatch"},
            {"head_repository": {"id": 1}},
            {"head_repository": None},
            {"repository": {"id": 1}},
        ):
            self.github.runs = [run(**other)]
            self.is_not_found("no plan was made")
        self.github.runs = [run(path=".github/workflows/plan.yml@refs/pull/12/merge")]
        self.assertEqual(self.look()["found"], "true")

    def test_the_newest_run_decides(self) -> None:
        self.github.runs = [run(), run(id=78, run_number=6, conclusion="failure")]
        self.is_not_found("did not succeed")
        self.github.runs = [run(id=78, run_number=6), run(run_number=5, conclusion="failure")]
        self.is_not_found("has no artefact plan-prod")
        self.github.add_artefact(plan(digest=OTHER_DIGEST), run_id=78)
        self.shown(OTHER_DIGEST)
        self.assertEqual(self.look()["digest"], OTHER_DIGEST)
        self.github.runs = [run(status="in_progress", conclusion=None)]
        self.is_not_found("did not succeed")

    def test_an_artefact_that_is_gone_changed_or_someone_elses_is_not_taken(self) -> None:
        [artefact] = self.github.artefacts
        artefact["expired"] = True
        self.is_not_found("has expired")
        artefact["expired"] = False
        artefact["digest"] = OTHER_DIGEST
        self.is_refused("its digest differs")
        del artefact["digest"]
        self.assertEqual(self.look()["found"], "true")
        artefact["workflow_run"]["repository_id"] = 1
        self.is_not_found("has no artefact")

    def test_an_archive_with_another_content_is_refused(self) -> None:
        [artefact] = self.github.artefacts
        del artefact["digest"]
        for held, words in (
            (b"no archive", "no archive"),
            (archive({"other.json": "{}"}), "holds 0 files plan.json"),
            (archive({"../plan.json": json.dumps(plan())}), "holds 0 files plan.json"),
            (archive({"plan.json": "{}"}), "lacks its changes or its digest"),
            (archive({"plan.json": "[]"}), "lacks its changes or its digest"),
            (archive({"plan.json": json.dumps({"changes": [], "digest": "sha256:x"})}), "lacks its changes or its digest"),
        ):
            self.github.archives[artefact["id"]] = held
            self.is_refused(words)

    def test_the_plan_is_the_one_that_the_comment_showed(self) -> None:
        self.shown(OTHER_DIGEST)
        self.is_refused("what was reviewed is not what would be applied")
        self.shown(DIGEST, head="c" * 40)
        self.is_refused("what was reviewed is not what would be applied")
        self.shown("none")
        self.is_refused("what was reviewed is not what would be applied")
        self.shown(DIGEST, user={"login": "eve", "type": "User"})
        self.is_not_found("has no comment that shows the plan")

    def test_a_merge_queue_names_its_pull_request(self) -> None:
        self.environment["GITHUB_EVENT_NAME"] = "merge_group"
        group = {"head_ref": f"refs/heads/gh-readonly-queue/main/pr-12-{'d' * 40}"}
        self.write("event.json", json.dumps({"merge_group": group}))
        self.github.pulls = [pull(merged_at=None, merge_commit_sha=None)]
        self.assertEqual(self.look(), {"found": "true", "digest": DIGEST, "pull": "12"})
        (self.directory / "approved.json").unlink()
        self.write("event.json", json.dumps({"merge_group": {"head_ref": "refs/heads/pr-12-d"}}))
        self.is_refused("does not say for which pull request")

    def test_a_run_that_was_begun_by_hand_has_none(self) -> None:
        self.environment["GITHUB_EVENT_NAME"] = "workflow_dispatch"
        self.is_not_found("workflow_dispatch, which is not a merge")


if __name__ == "__main__":
    unittest.main()
