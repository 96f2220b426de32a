"""A stand-in for GitHub: its REST API as far as the scripts use it, and the host that keeps artefacts.

Both listen on loopback, at different ports, and write down what came with which headers. The API is strict: an
unknown path is 404, a request without the token is 401, a text that is too long is 422. The files of a run's event
and outputs are real files.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / ".github" / "scripts" / "entrant"
# How long `plan --markdown` makes a comment at most.
COMMENT = 64_512
TOKEN = "token-of-this-run"
REPOSITORY = "contoso/access"
REPOSITORY_ID = 456789
BOT = {"login": "github-actions[bot]", "type": "Bot"}
HEAD = "a" * 40
MERGED = "b" * 40
DIGEST = "sha256:" + "1" * 64
OTHER_DIGEST = "sha256:" + "2" * 64


class Server:
    """An HTTP server on loopback that writes down what it is asked."""

    def __init__(self, answer: Any) -> None:
        requests: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                requests.append(
                    {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body}
                )
                status, headers, content = answer(self.command, self.path, self.headers, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

            def log_message(self, *_: Any) -> None:
                pass

        self.requests = requests
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class GitHub:
    """What the repository holds."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.issues: list[dict[str, Any]] = []
        self.pulls: list[dict[str, Any]] = [pull()]
        self.runs: list[dict[str, Any]] = [run()]
        self.artefacts: list[dict[str, Any]] = []
        # Branches by name, each with its commit; commits by id, each with its tree.
        self.branches: dict[str, str] = {}
        self.commits: dict[str, dict[str, Any]] = {}
        self.trees: dict[str, dict[str, Any]] = {}
        self.archives: dict[int, bytes] = {}
        self.next_id = 1000
        # An answer that is given instead of what the repository holds, by method and path.
        self.instead: dict[tuple[str, str], tuple[int, dict[str, str], bytes]] = {}
        self.store = Server(self.stored)
        self.api = Server(self.answer)

    def close(self) -> None:
        self.api.close()
        self.store.close()

    def add_artefact(self, plan: Any, run_id: int = 77, name: str = "plan-prod", **more: Any) -> None:
        """An artefact of a run that holds this plan."""
        held = archive({"plan.json": json.dumps(plan), "comment.md": "words"})
        self.next_id += 1
        self.archives[self.next_id] = held
        self.artefacts.append(
            {
                "id": self.next_id,
                "name": name,
                "expired": False,
                "digest": f"sha256:{hashlib.sha256(held).hexdigest()}",
                "workflow_run": {"id": run_id, "repository_id": REPOSITORY_ID, "head_sha": HEAD},
                **more,
            }
        )

    def stored(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
        match = re.fullmatch(r"/blob/(\d+)\?sig=secret", path)
        return (200, {}, self.archives[int(match.group(1))]) if match else (404, {}, b"")

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return said(401, "Requires authentication")
        parts = urllib.parse.urlsplit(path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        prefix = f"/repos/{REPOSITORY}/"
        if (method, parts.path) in self.instead:
            return self.instead[method, parts.path]
        if not parts.path.startswith(prefix):
            return said(404, "Not Found")
        place = parts.path.removeprefix(prefix)
        given = json.loads(body) if body else {}
        if len(given.get("body", "")) > 65_536:
            return said(422, "body is too long (maximum is 65536 characters)")
        return self.route(method, place, query, given)

    def route(self, method: str, place: str, query: dict[str, str], given: Any) -> tuple[int, dict[str, str], bytes]:
        if match := re.fullmatch(r"issues/(\d+)/comments", place):
            number = int(match.group(1))
            if method == "POST":
                return json_of(201, self.comment(number, given["body"]))
            return paged([c for c in self.comments if c["issue"] == number], query)
        if (match := re.fullmatch(r"issues/comments/(\d+)", place)) and method == "PATCH":
            found = next(c for c in self.comments if c["id"] == int(match.group(1)))
            found["body"] = given["body"]
            return json_of(200, found)
        if place == "issues" and method == "POST":
            self.next_id += 1
            made = {"number": self.next_id, "state": "open", "user": BOT, **given}
            self.issues.insert(0, made)
            return json_of(201, made)
        if place == "issues":
            labelled = [i for i in self.issues if query.get("labels") in i["labels"]]
            return paged([i for i in labelled if query["state"] in ("all", i["state"])], query)
        if (match := re.fullmatch(r"issues/(\d+)", place)) and method == "PATCH":
            found = next(i for i in self.issues if i["number"] == int(match.group(1)))
            found.update(given)
            return json_of(200, found)
        if re.fullmatch(r"commits/[0-9a-f]{40}/pulls", place):
            return paged(self.pulls, query)
        if place == "pulls" and method == "POST":
            self.next_id += 1
            made = {"number": self.next_id, "state": "open", "user": BOT, **given}
            self.pulls.append(made)
            return json_of(201, made)
        if place == "pulls":
            branch = query["head"].split(":", 1)[1]
            return paged([p for p in self.pulls if p.get("head") == branch and p["state"] == query["state"]], query)
        if (match := re.fullmatch(r"pulls/(\d+)", place)) and method == "PATCH":
            found = next(p for p in self.pulls if p["number"] == int(match.group(1)))
            found.update(given)
            return json_of(200, found)
        if place.startswith("git/"):
            return self.git(method, place.removeprefix("git/"), given)
        if match := re.fullmatch(r"pulls/(\d+)", place):
            return json_of(200, next(p for p in self.pulls if p["number"] == int(match.group(1))))
        if place == "actions/workflows/plan.yml/runs":
            return paged([r for r in self.runs if r["head_sha"] == query["head_sha"]], query, "workflow_runs")
        if match := re.fullmatch(r"actions/runs/(\d+)/artifacts", place):
            run_id, name = int(match.group(1)), query["name"]
            found = [a for a in self.artefacts if a["workflow_run"]["id"] == run_id and a["name"] == name]
            return paged(found, query, "artifacts")
        if match := re.fullmatch(r"actions/artifacts/(\d+)/zip", place):
            return 302, {"Location": f"{self.store.url}/blob/{match.group(1)}?sig=secret"}, b""
        return said(404, "Not Found")

    def git(self, method: str, place: str, given: Any) -> tuple[int, dict[str, str], bytes]:
        """The objects of the repository; an id says what made it."""
        self.next_id += 1
        made = f"{self.next_id:040x}"
        if method == "POST" and place == "trees":
            self.trees[made] = given
            return json_of(201, {"sha": made})
        if method == "POST" and place == "commits":
            self.commits[made] = given
            return json_of(201, {"sha": made})
        if method == "GET" and (match := re.fullmatch(r"commits/([0-9a-f]{40})", place)):
            return json_of(200, {"sha": match.group(1), "tree": {"sha": "c" * 40}})
        if method == "GET" and (match := re.fullmatch(r"matching-refs/heads/(.+)", place)):
            named = [name for name in self.branches if name.startswith(match.group(1))]
            return json_of(200, [{"ref": f"refs/heads/{name}"} for name in named])
        if method == "POST" and place == "refs":
            name = given["ref"].removeprefix("refs/heads/")
            if name in self.branches:
                return said(422, "Reference already exists")
            self.branches[name] = given["sha"]
            return json_of(201, {})
        if method == "PATCH" and (match := re.fullmatch(r"refs/heads/(.+)", place)):
            if match.group(1) not in self.branches:
                return said(422, "Reference does not exist")
            self.branches[match.group(1)] = given["sha"]
            return json_of(200, {})
        return said(404, "Not Found")

    def comment(self, number: int, body: str, user: dict[str, str] | None = None) -> dict[str, Any]:
        self.next_id += 1
        made = {"id": self.next_id, "issue": number, "body": body, "user": user or BOT}
        self.comments.append(made)
        return made


def pull(**more: Any) -> dict[str, Any]:
    """A merged pull request from a branch of this repository."""
    return {
        "number": 12,
        "merged_at": "2026-11-24T10:00:00Z",
        "merge_commit_sha": MERGED,
        "base": {"ref": "main", "repo": {"id": REPOSITORY_ID}},
        "head": {"sha": HEAD, "repo": {"id": REPOSITORY_ID}},
        **more,
    }


def run(**more: Any) -> dict[str, Any]:
    """A run of the workflow *plan* that succeeded."""
    return {
        "id": 77,
        "run_number": 5,
        "event": "pull_request",
        "head_sha": HEAD,
        "path": ".github/workflows/plan.yml",
        "status": "completed",
        "conclusion": "success",
        "repository": {"id": REPOSITORY_ID},
        "head_repository": {"id": REPOSITORY_ID},
        **more,
    }


def plan(changes: int = 1, digest: str = DIGEST) -> dict[str, Any]:
    """As much of a plan as the scripts look at."""
    return {
        "formatVersion": 1,
        "changes": [{"address": f"A/{n}", "action": "create"} for n in range(changes)]
        + [{"address": "A/forgotten", "action": "keep"}],
        "digest": digest,
    }


def archive(files: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name, text)
    return held.getvalue()


def json_of(status: int, value: Any) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


def said(status: int, message: str) -> tuple[int, dict[str, str], bytes]:
    return json_of(status, {"message": message})


def paged(values: list[Any], query: dict[str, str], key: str | None = None) -> tuple[int, dict[str, str], bytes]:
    size, page = int(query["per_page"]), int(query["page"])
    part = values[(page - 1) * size : page * size]
    return json_of(200, {"total_count": len(values), key: part} if key else part)


class Case(unittest.TestCase):
    """A test with a GitHub and a working directory of its own."""

    def setUp(self) -> None:
        self.github = GitHub()
        self.addCleanup(self.github.close)
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = Path(temporary.name)
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
            # A proxy of whoever runs the tests has no business here.
            "NO_PROXY": "*",
            "GITHUB_API_URL": self.github.api.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_REPOSITORY_ID": str(REPOSITORY_ID),
            "GITHUB_RUN_ID": "99",
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(self.directory / "event.json"),
            "GITHUB_OUTPUT": str(self.directory / "output.txt"),
            "GITHUB_SHA": MERGED,
            "GITHUB_REF_NAME": "main",
        }
        self.write("event.json", json.dumps({"pull_request": pull(merged_at=None)}))

    def write(self, name: str, text: str) -> None:
        (self.directory / name).write_text(text, encoding="utf-8")

    def script(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a script as a step does."""
        ended = subprocess.run(
            [sys.executable, str(SCRIPTS / name), *arguments],
            cwd=self.directory,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertNotIn("Traceback", ended.stderr, ended.stderr)
        self.assertNotIn(TOKEN, ended.stdout + ended.stderr)
        return ended

    def succeeds(self, name: str, *arguments: str) -> str:
        ended = self.script(name, *arguments)
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        return ended.stdout

    def refuses(self, words: str, name: str, *arguments: str) -> None:
        """The script ends with 1 and an annotation that says so; nothing was written at GitHub."""
        before = self.writes()
        ended = self.script(name, *arguments)
        self.assertEqual(ended.returncode, 1, ended.stdout + ended.stderr)
        self.assertRegex(ended.stdout, r"(?m)^::error title=entrant::")
        self.assertIn(words, ended.stdout)
        self.assertEqual(self.writes(), before)

    def writes(self) -> list[tuple[str, str]]:
        return [(r["method"], r["path"]) for r in self.github.api.requests if r["method"] != "GET"]

    def outputs(self) -> dict[str, str]:
        text = (self.directory / "output.txt").read_text(encoding="utf-8")
        return dict(line.split("=", 1) for line in text.splitlines())
