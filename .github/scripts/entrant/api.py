"""GitHub's REST API as the other scripts here need it: few requests, and a token that goes nowhere else.

The token is sent to the host of `GITHUB_API_URL` alone. No redirect is followed with it: the one answer that is
a redirect by design, the download of an artefact, is fetched from where it points to without the token. Python's
standard library alone; nothing here knows what a plan is.
"""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, NoReturn

# What GitHub takes as a comment or the text of an issue, in characters.
BODY_LIMIT = 65_536
# No answer of the API that is read here is larger.
ANSWER_LIMIT = 32 * 1024 * 1024
# The most that is downloaded of an artefact.
DOWNLOAD_LIMIT = 64 * 1024 * 1024
TIMEOUT_SECONDS = 60
# A hundred pages of a hundred: whoever has more of something has something else.
PAGES_LIMIT = 100

TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


class Refused(Exception):
    """Why a script stops, in a sentence or two for whoever reads the log."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects are answers like others: urllib would follow them, and send every header along."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # noqa: ANN001, ANN201
        return None


def opener() -> urllib.request.OpenerDirector:
    """Opens URLs without following redirects; a proxy of the environment is honoured."""
    return urllib.request.build_opener(NoRedirect())


class Api:
    """The API of one repository, by the environment that a workflow's step has."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        environment = dict(os.environ) if environment is None else environment
        self.root = needed(environment, "GITHUB_API_URL").rstrip("/")
        parts = urllib.parse.urlsplit(self.root)
        self.is_local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1")
        if not (parts.scheme == "https" or self.is_local) or not parts.hostname or parts.username:
            raise Refused(f"GITHUB_API_URL is {self.root!r}, which is no https:// address")
        self.repository = needed(environment, "GITHUB_REPOSITORY")
        if not re.fullmatch(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+", self.repository):
            raise Refused(f"GITHUB_REPOSITORY is {self.repository!r}, which is no OWNER/REPOSITORY")
        self.repository_id = number(needed(environment, "GITHUB_REPOSITORY_ID"), "GITHUB_REPOSITORY_ID")
        self.token = needed(environment, "GITHUB_TOKEN")
        self.opener = opener()

    def get(self, path: str, **query: str | int) -> Any:
        """GET of a path below the repository."""
        return self.call("GET", path, query=query)

    def pages(self, path: str, key: str | None = None, **query: str | int) -> list[dict[str, Any]]:
        """Every element of a list, page by page; `key` names the list where it stands in an object."""
        found: list[dict[str, Any]] = []
        for page in range(1, PAGES_LIMIT + 1):
            answer = self.get(path, per_page=100, page=page, **query)
            elements = answer.get(key) if key and isinstance(answer, dict) else answer
            if not isinstance(elements, list):
                raise Refused(f"GitHub's answer to {path} holds no list")
            found += elements
            if len(elements) < 100:
                return found
        raise Refused(f"GitHub lists more than {PAGES_LIMIT * 100} elements at {path}")

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, query: dict[str, Any] | None = None
    ) -> Any:
        """A request below the repository; its JSON answer. Whatever is not a success is an error."""
        with self.open(method, path, body, query) as response:
            text = read_at_most(response, ANSWER_LIMIT, path)
        return json.loads(text) if text else None

    def open(
        self, method: str, path: str, body: dict[str, Any] | None = None, query: dict[str, Any] | None = None
    ) -> Any:
        url = f"{self.root}/repos/{self.repository}/{path}"
        if query:
            url += "?" + urllib.parse.urlencode(query)
        request = urllib.request.Request(
            url,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
                "User-Agent": "entrant",
                **({} if body is None else {"Content-Type": "application/json"}),
            },
        )
        try:
            return self.opener.open(request, timeout=TIMEOUT_SECONDS)
        except urllib.error.HTTPError as error:
            if 300 <= error.code < 400:
                raise Redirect(error.headers.get("Location", "")) from None
            raise Refused(f"GitHub answers {method} {path} with {error.code}{said(error)}") from None
        except (urllib.error.URLError, OSError) as error:
            raise Refused(f"GitHub cannot be reached for {method} {path}: {error}") from None

    def download(self, path: str) -> bytes:
        """What an address that redirects points to. Where it points to learns nothing of the token."""
        try:
            self.open("GET", path).close()
        except Redirect as redirect:
            return self.fetch(redirect.location)
        raise Refused(f"GitHub answers {path} without saying where the artefact is")

    def fetch(self, url: str) -> bytes:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "https" and not (
            self.is_local and parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1")
        ):
            raise Refused("the artefact is said to be at an address that is not https://")
        request = urllib.request.Request(url, headers={"User-Agent": "entrant"})
        try:
            with self.opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                return read_at_most(response, DOWNLOAD_LIMIT, "the artefact")
        except urllib.error.HTTPError as error:
            # The address is a secret of its own: whoever has it has the artefact.
            raise Refused(f"the artefact cannot be downloaded: {error.code}") from None
        except (urllib.error.URLError, OSError) as error:
            raise Refused(f"the artefact cannot be downloaded: {error}") from None


class Redirect(Refused):
    """The API points elsewhere."""

    def __init__(self, location: str) -> None:
        super().__init__("GitHub's API points to another address, where the token does not go")
        self.location = location


def said(error: urllib.error.HTTPError) -> str:
    """The message of an error's body, where there is one."""
    try:
        message = json.loads(error.read(64 * 1024)).get("message")
    except (ValueError, AttributeError, OSError):
        return ""
    return f": {message}" if isinstance(message, str) else ""


def read_at_most(response: Any, limit: int, what: str) -> bytes:
    text = response.read(limit + 1)
    if len(text) > limit:
        raise Refused(f"{what} is larger than {limit} bytes")
    return text


def needed(environment: dict[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise Refused(f"{name} is not set: this runs in a step of a workflow")
    return value


def number(text: Any, what: str) -> int:
    if isinstance(text, bool) or not re.fullmatch(r"[0-9]{1,18}", str(text)):
        raise Refused(f"{what} is no number")
    return int(text)


def tenant(name: str) -> str:
    """A tenant's name, as it may stand in a marker and in the name of an artefact."""
    if not TENANT.fullmatch(name):
        raise Refused(f"{name!r} cannot be the name of a tenant in a workflow: letters, digits, `.`, `_`, `-`")
    return name


def is_ours(author: Any) -> bool:
    """Whether GitHub's own workflow user wrote something: nobody else can sign in as it."""
    return isinstance(author, dict) and author.get("type") == "Bot" and author.get("login") == "github-actions[bot]"


def fitting(body: str) -> str:
    """The text of a comment or an issue, which GitHub would refuse if it were longer."""
    if len(body) > BODY_LIMIT:
        raise Refused(
            f"the text has {len(body)} characters and GitHub takes {BODY_LIMIT}: nothing was posted. "
            "The whole plan is in the run's artefact and in its summary"
        )
    return body


def plan(text: str) -> tuple[int, str]:
    """How many changes of a plan write something, and its digest. One that is kept is only told of."""
    found = json.loads(text)
    changes = found.get("changes") if isinstance(found, dict) else None
    digest = found.get("digest") if isinstance(found, dict) else None
    if not isinstance(changes, list) or not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise Refused("the plan is none: it lacks its changes or its digest")
    return sum(1 for change in changes if change.get("action") != "keep"), digest


def run_url(environment: dict[str, str]) -> str:
    """Where a person finds this run."""
    server = environment.get("GITHUB_SERVER_URL", "https://github.com")
    return f"{server}/{environment.get('GITHUB_REPOSITORY', '')}/actions/runs/{environment.get('GITHUB_RUN_ID', '')}"


def event(environment: dict[str, str]) -> dict[str, Any]:
    """The event that began the run."""
    with open(needed(environment, "GITHUB_EVENT_PATH"), encoding="utf-8") as file:
        found = json.load(file)
    if not isinstance(found, dict):
        raise Refused("the file of the event holds no object")
    return found


def read_text(path: str) -> str:
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def output(environment: dict[str, str], **values: str) -> None:
    """Gives outputs to the step. A value is one line, so that none can pose as another output."""
    path = environment.get("GITHUB_OUTPUT", "")
    lines = []
    for name, value in values.items():
        if "\n" in value or "\r" in value:
            raise Refused(f"the output {name} has several lines")
        lines.append(f"{name}={value}\n")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(lines)
    else:
        sys.stdout.writelines(lines)


def escaped(text: str) -> str:
    """A text as the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def stop(error: Exception) -> NoReturn:
    """Ends a script with its reason, as an annotation of the run."""
    print(f"::error title=entrant::{escaped(str(error))}")
    raise SystemExit(1)


def entry(main: Any) -> None:
    """Runs a script's main function; what it refuses is said in a sentence."""
    try:
        main(sys.argv[1:], dict(os.environ))
    except (Refused, OSError, ValueError, KeyError) as error:
        stop(error if isinstance(error, (Refused, OSError)) else Refused(f"{type(error).__name__}: {error}"))
