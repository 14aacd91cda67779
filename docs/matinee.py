"""A client of Matinee's REST API in one file: copy it into your project.

Python 3.9 or newer, standard library only.

    from matinee import Matinee

    matinee = Matinee("http://127.0.0.1:8000")
    for movie in matinee.pages("/movies", genre="Drama"):
        print(movie["title"])

Paths are those of the OpenAPI document, without the prefix /api/v1. Answers are the `data` of the
response, as dictionaries and lists.
"""

from __future__ import annotations

import json
import random
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from http.client import HTTPException, HTTPResponse
from typing import Any, Union

__all__ = ["Matinee", "MatineeError"]

#: Failures that may pass, so that the same request is worth repeating.
RETRYABLE_CODES = frozenset(
    ["RATE_LIMITED", "IDEMPOTENCY_CONFLICT", "INTERNAL_ERROR", "UNAVAILABLE", "NETWORK_ERROR"]
)
#: The same for responses that come from a proxy in front of the server.
RETRYABLE_STATUSES = frozenset([408, 429, 502, 503, 504])
#: Seconds: when the server asks for a longer pause, the failure is raised instead.
LONGEST_PAUSE = 60.0
#: Seconds: the server of a live feed is never silent for so long.
LONGEST_SILENCE = 40.0

Headers = dict[str, str]


class MatineeError(Exception):
    """A request that failed.

    `code` is one of the closed list in errors.md, or one of the client's own, with `status` 0:
    NETWORK_ERROR without a response, BAD_RESPONSE for a response that is not Matinee's (with its
    status). `details` depend on the code. `request_id` identifies the request in the server's log.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 0,
        details: dict[str, Any] | None = None,
        request_id: str | None = None,
        retry_after: float = 0.0,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.details: dict[str, Any] = details or {}
        self.request_id = request_id
        #: Seconds that the server asks to wait.
        self.retry_after = retry_after

    @property
    def is_retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.code in RETRYABLE_CODES or self.status in RETRYABLE_STATUSES


class Matinee:
    """One server, and the account that is signed in.

    :param url: address of the server, such as `http://127.0.0.1:8000`
    :param token: access token, if you have one already
    :param attempts: how often a request is sent at most
    :param timeout: seconds to wait for a response
    :param backoff: seconds of the first pause between attempts; each further one is twice as long
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        attempts: int = 3,
        timeout: float = 30.0,
        backoff: float = 0.5,
    ) -> None:
        base = str(url).rstrip("/")
        if not base.startswith(("http://", "https://")):
            raise ValueError(f"{url!r} is not the URL of a server, such as 'http://127.0.0.1:8000'")
        self.base = base if base.endswith("/api/v1") else base + "/api/v1"
        self.token = token
        self.attempts = attempts
        self.timeout = timeout
        self.backoff = backoff

    # Accounts

    def register(self, email: str, password: str, **names: str) -> dict[str, Any]:
        """Creates an account and signs it in. `names`: `firstName`, `lastName`. Returns the user."""
        return self._sign_in("/auth/register", {"email": email, "password": password, **names})

    def login(self, email: str, password: str) -> dict[str, Any]:
        """Signs in. Returns the user."""
        return self._sign_in("/auth/login", {"email": email, "password": password})

    def logout(self) -> None:
        """Ends the session, and forgets the token."""
        self.post("/auth/logout")
        self.token = None

    def _sign_in(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        # Sent once: it takes no idempotency key, and every attempt counts against the rate limit.
        answer = self._send("POST", path, _body(body), {"Content-Type": "application/json"}, 1)
        self.token = answer["accessToken"]
        user: dict[str, Any] = answer["user"]
        return user

    # Calls

    def get(self, path: str, **query: Any) -> Any:
        """Reads. A list in the query becomes a repeated key; None leaves the key out.

        `from` is a word of Python's: write `from_`.
        """
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Sends a body, or none."""
        return self.call("POST", path, body)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Changes. Keys that are left out stay as they are; None clears an optional one."""
        return self.call("PUT", path, body)

    def delete(self, path: str, **query: Any) -> Any:
        """Deletes, cancels or releases."""
        return self.call("DELETE", path, query=query)

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Any:
        """Calls any route, and repeats the request after failures that may pass.

        A Decimal in the body is an amount of money; a float is refused. A datetime needs a time zone.

        :param idempotency_key: yours, if the operation must have one effect even when your program
            starts again; otherwise each call makes one and keeps it for its attempts
        :raises MatineeError: when the request failed, the last time at the latest
        """
        headers = {} if body is None else {"Content-Type": "application/json"}
        data = None if body is None else _body(body)
        return self._call(method, path + _query(query), data, headers, idempotency_key)

    def upload_poster(self, movie_id: str, picture: bytes) -> dict[str, Any]:
        """Sets the poster of a movie: the bytes of a JPEG, PNG or WebP. Returns the movie."""
        boundary = uuid.uuid4().hex
        head = 'Content-Disposition: form-data; name="file"; filename="poster"'
        type_line = "Content-Type: application/octet-stream"
        begin = f"--{boundary}\r\n{head}\r\n{type_line}\r\n\r\n".encode()
        data = begin + picture + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        movie: dict[str, Any] = self._call("POST", f"/movies/{movie_id}/poster", data, headers)
        return movie

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """All items of a list, page after page."""
        cursor: str | None = query.pop("cursor", None)
        while True:
            page = self.get(path, **query, cursor=cursor)
            yield from page["items"]
            cursor = page["nextCursor"]
            if cursor is None:
                return

    def _call(
        self,
        method: str,
        path: str,
        data: bytes | None,
        headers: Headers,
        idempotency_key: str | None = None,
    ) -> Any:
        attempts = self.attempts
        if self.token is not None:
            headers["Authorization"] = "Bearer " + self.token
        if method != "GET":
            if self.token is None:
                # Without a key, a second attempt could have a second effect.
                attempts = 1
            else:
                headers["Idempotency-Key"] = idempotency_key or str(uuid.uuid4())
        return self._send(method, path, data, headers, attempts)

    def _send(
        self, method: str, path: str, data: bytes | None, headers: Headers, attempts: int
    ) -> Any:
        for attempt in range(1, attempts + 1):
            try:
                with self._open(method, path, data, headers, self.timeout) as response:
                    return _data_of(response)
            except MatineeError as failure:
                if attempt == attempts or not self._wait_after(failure, attempt):
                    raise
        raise AssertionError("at least one attempt")

    def _wait_after(self, failure: MatineeError, attempt: int) -> bool:
        """Waits before the next attempt. Returns False when there is no use in one."""
        if not failure.is_retryable or failure.retry_after > LONGEST_PAUSE:
            return False
        # The jitter keeps clients apart that failed in the same instant.
        time.sleep(failure.retry_after + random.uniform(0, self.backoff * 2 ** (attempt - 1)))
        return True

    def _open(
        self, method: str, path: str, data: bytes | None, headers: Headers, timeout: float
    ) -> HTTPResponse:
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            response: HTTPResponse = urllib.request.urlopen(request, timeout=timeout)
            return response
        except urllib.error.HTTPError as answer:
            with answer:
                raise _failure_of(answer) from None
        except (OSError, HTTPException) as error:
            raise _network_error(error) from error

    # The live feed

    def events(
        self, showtime_id: str, *, last_event_id: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """What happens to the seats of a showtime, until it starts, is cancelled or deleted.

        Each event is `{"type", "version", "seats": [{"id", "status"}]}`. The first is a `snapshot` of
        all seats, and each `change` has the seats that differ. The generator reconnects by itself and
        resumes; when changes were missed, a `snapshot` comes again.

        :param last_event_id: the `version` of the last event that you have
        :raises MatineeError: when the server refuses, or cannot be reached several times in a row
        """
        failures = 0
        while True:
            headers = {"Accept": "text/event-stream"}
            if last_event_id is not None:
                headers["Last-Event-ID"] = last_event_id
            path = f"/showtimes/{urllib.parse.quote(showtime_id)}/events"
            try:
                with self._open("GET", path, None, headers, LONGEST_SILENCE) as response:
                    failures = 0
                    for name, data in _messages(response):
                        if name == "end":
                            return
                        if name == "message":
                            event: dict[str, Any] = json.loads(data)
                            last_event_id = event["version"]
                            yield event
                    if response.status == 204:
                        return
                # The server is stopping, or a proxy has cut the connection.
                raise MatineeError("NETWORK_ERROR", "The stream broke off.")
            except MatineeError as failure:
                failures += 1
                if failures >= self.attempts or not self._wait_after(failure, failures):
                    raise


def _messages(response: HTTPResponse) -> Iterator[tuple[str, str]]:
    """The name and the data of each server-sent event. Comments and unknown fields are ignored."""
    name: str = "message"
    data: list[str] = []
    try:
        for line in response:
            field, colon, value = line.decode().rstrip("\r\n").partition(":")
            if field == "event":
                name = value.removeprefix(" ")
            elif field == "data":
                data.append(value.removeprefix(" "))
            elif field == "" and colon == "":
                if data:
                    yield name, "\n".join(data)
                name, data = "message", []
    except (OSError, HTTPException) as error:
        raise _network_error(error) from error


def _data_of(response: HTTPResponse) -> Any:
    try:
        return json.load(response)["data"]
    except (ValueError, KeyError, TypeError) as error:
        raise _bad_response(response.status) from error
    except (OSError, HTTPException) as error:
        raise _network_error(error) from error


def _failure_of(answer: urllib.error.HTTPError) -> MatineeError:
    wait = answer.headers.get("Retry-After", "")
    retry_after = float(wait) if wait.isdecimal() else 0.0
    try:
        error = json.load(answer)["error"]
        return MatineeError(
            error["code"],
            error["message"],
            status=answer.code,
            details=error["details"],
            request_id=error["requestId"],
            retry_after=retry_after,
        )
    except (ValueError, KeyError, TypeError, OSError, HTTPException):
        return _bad_response(answer.code, retry_after)


def _network_error(error: Exception) -> MatineeError:
    reason = getattr(error, "reason", error)
    return MatineeError("NETWORK_ERROR", f"The server cannot be reached: {reason}")


def _bad_response(status: int, retry_after: float = 0.0) -> MatineeError:
    message = "The response is not one of Matinee's. Check the URL."
    return MatineeError("BAD_RESPONSE", message, status=status, retry_after=retry_after)


def _query(query: Mapping[str, Any] | None) -> str:
    given = {key.rstrip("_"): value for key, value in (query or {}).items() if value is not None}
    plain = {
        key: str(_plain(value)).lower() if isinstance(value, bool) else _plain(value)
        for key, value in given.items()
    }
    return "?" + urllib.parse.urlencode(plain, doseq=True) if plain else ""


def _body(body: Mapping[str, Any]) -> bytes:
    return json.dumps(_plain(body)).encode()


Plain = Union[None, bool, int, str, list[Any], dict[str, Any]]


def _plain(value: Any) -> Plain:
    """A value as JSON has it. Amounts are text, so that they stay exact."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, Decimal):
        return _amount(value)
    if isinstance(value, float):
        raise TypeError(f"{value} is a float, which is not exact: use Decimal for money")
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def _amount(value: Decimal) -> str:
    cents = value.quantize(Decimal("0.01"))
    if cents != value:
        raise ValueError(f"{value} has more than two decimals")
    return str(cents)
