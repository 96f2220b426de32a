"""What both versions' checks share: a client that talks to the emulator, and a count of what was checked."""

from __future__ import annotations

import json
import traceback
import urllib.parse
import urllib.request
from typing import Any, Awaitable, Callable

from kiota_abstractions.api_error import APIError
from kiota_abstractions.authentication import AuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation

TOKEN = "of-no-account"


class FixedToken(AuthenticationProvider):
    """Signs every request with a token that is worth nothing: azure-identity refuses plain http."""

    async def authenticate_request(
        self, request: RequestInformation, additional_authentication_context: dict[str, Any] | None = None
    ) -> None:
        request.headers.add("Authorization", f"Bearer {TOKEN}")


def client(service_client: type, adapter: type, url: str, version: str) -> Any:
    """Microsoft's client of this version, pointed at the emulator."""
    request_adapter = adapter(FixedToken())
    made = service_client(request_adapter=request_adapter)
    request_adapter.base_url = f"{url}/{version}"
    return made


def configured(parameters: Any) -> RequestConfiguration:
    """Query parameters, as the generated methods take them."""
    return RequestConfiguration(query_parameters=parameters)


def get(url: str, path: str) -> Any:
    """An object as it stands, past the SDK."""
    request = urllib.request.Request(f"{url}{path}", headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def by_name(url: str, path: str, name: str) -> str:
    """The id of the one object of this name in a collection of v1.0."""
    query = urllib.parse.urlencode({"$filter": f"displayName eq '{name}'"})
    found = [one["id"] for one in get(url, f"/v1.0{path}?{query}")["value"]]
    assert len(found) == 1, f"{path} holds {len(found)} of {name}"
    return found[0]


async def refused(call: Awaitable[Any], status: int, code: str | None = None) -> None:
    """Asserts that a call fails with this status, as the error type that the SDK documents."""
    try:
        await call
    except APIError as error:
        assert error.response_status_code == status, f"{error.response_status_code} instead of {status}"
        told = getattr(error, "error", None)
        assert told is not None and told.code and told.message, f"no OData error in {error!r}"
        assert code is None or told.code == code, f"code {told.code} instead of {code}"
        return
    raise AssertionError(f"was accepted, not refused with {status}")


class Report:
    """Counts checks; one that fails says where and why and lets the others go on."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    async def check(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        try:
            await run()
        except Exception:  # noqa: BLE001 - whatever the SDK raises is a finding
            self.failed += 1
            print(f"FAIL {name}")
            print("       " + traceback.format_exc().replace("\n", "\n       ").rstrip())
        else:
            self.passed += 1
            print(f"ok   {name}")
