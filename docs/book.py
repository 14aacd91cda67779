#!/usr/bin/env python3
"""Registers a customer, books two seats and cancels the booking, over Matinee's REST API.

Python 3.8 or newer, standard library only. Usage: book.py [URL]
"""

import json
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

DEFAULT_URL = "http://127.0.0.1:8000"


class MatineeError(Exception):
    """A refusal by the server: a code of the closed list and what belongs to it."""

    def __init__(self, status, error):
        super().__init__("%s %s: %s" % (status, error["code"], error["message"]))
        self.status = status
        self.code = error["code"]
        self.details = error["details"]
        self.request_id = error["requestId"]


class Matinee:
    """A small client: the envelope, the token, and repetition that is safe."""

    attempts = 3
    retryable = {"RATE_LIMITED", "IDEMPOTENCY_CONFLICT", "INTERNAL_ERROR", "UNAVAILABLE"}

    def __init__(self, url):
        self.base = url.rstrip("/") + "/api/v1"
        self.token = None

    def get(self, path, **query):
        return self.call("GET", path, query=query)

    def call(self, method, path, body=None, query=None):
        url = self.base + path
        if query:
            # A list becomes a repeated key, which is how the API takes lists.
            url += "?" + urllib.parse.urlencode(query, doseq=True)
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.token is not None:
            headers["Authorization"] = "Bearer " + self.token
            if method != "GET":
                # One key per act, kept over the attempts: however often it is sent, it happens once.
                headers["Idempotency-Key"] = str(uuid.uuid4())
        data = None if body is None else json.dumps(body).encode()
        # Without a key a second attempt might be a second act.
        may_repeat = method == "GET" or "Idempotency-Key" in headers
        attempts = self.attempts if may_repeat else 1
        for attempt in range(1, attempts + 1):
            request = urllib.request.Request(url, data, headers, method=method)
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    return json.load(response)["data"]
            except urllib.error.HTTPError as answer:
                failure = read_failure(answer)
                if failure.code not in self.retryable or attempt == attempts:
                    raise failure from None
                pause = float(answer.headers.get("Retry-After", 0))
            except OSError:
                # No answer: whether it had an effect is unknown, and the key makes that harmless.
                if attempt == attempts:
                    raise
                pause = 0
            time.sleep(pause + random.uniform(0, 0.5 * 2**attempt))

    def pages(self, path, **query):
        """All items of a list, page after page."""
        cursor = None
        while True:
            page = self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["nextCursor"]
            if cursor is None:
                return


def read_failure(answer):
    try:
        return MatineeError(answer.code, json.load(answer)["error"])
    except (ValueError, KeyError, TypeError):
        error = {"code": "BAD_RESPONSE", "message": "No answer of Matinee's.", "details": {}}
        return MatineeError(answer.code, {**error, "requestId": None})


def book(url):
    matinee = Matinee(url)
    account = {"email": "python-%s@example.com" % uuid.uuid4(), "password": str(uuid.uuid4())}
    matinee.token = matinee.call("POST", "/auth/register", account)["accessToken"]
    print("Registered", account["email"])

    shows = [
        show
        for show in matinee.pages("/showtimes", limit=100)
        if show["availability"]["available"] >= 2 and show["cancelledAt"] is None
    ]
    if not shows:
        raise SystemExit("There is no show with two free seats.")
    show = shows[-1]
    print("Chose", show["movie"]["title"], "in", show["theater"]["name"], "at", show["startTime"])

    reservation = lock_and_confirm(matinee, show["id"])
    seats = ", ".join("%s%s" % (seat["rowLabel"], seat["seatNumber"]) for seat in reservation["seats"])
    price = "%s %s" % (reservation["totalPrice"], reservation["currency"])
    print("Booked", seats, "for", price, "with the reference", reservation["reference"])

    cancelled = matinee.call("DELETE", "/reservations/" + reservation["id"])
    print("Now it is", cancelled["status"])

    try:
        matinee.call("DELETE", "/reservations/" + reservation["id"])
    except MatineeError as error:
        print("A second time it is refused:", error.code)


def lock_and_confirm(matinee, showtime_id):
    """Two free seats of the showtime. Whoever is too late learns which seats are gone, and asks again."""
    for _ in range(5):
        seat_map = matinee.get("/showtimes/%s/seats" % showtime_id)
        free = [seat["id"] for seat in seat_map["seats"] if seat["status"] == "available"]
        if len(free) < 2:
            break
        wanted = {"seatIds": free[:2]}
        try:
            lock = matinee.call("POST", "/showtimes/%s/lock-seats" % showtime_id, wanted)
        except MatineeError as error:
            if error.code != "SEATS_UNAVAILABLE":
                raise
            print("Another customer was faster:", error.details["seats"])
            continue
        print("Locked until", lock["expiresAt"], "for", lock["totalPrice"], lock["currency"])
        return matinee.call("POST", "/reservations", {"showtimeId": showtime_id, **wanted})
    raise SystemExit("The seats are gone.")


if __name__ == "__main__":
    try:
        book(sys.argv[1] if len(sys.argv) > 1 else DEFAULT_URL)
    except MatineeError as error:
        sys.exit("Refused: %s (request %s)" % (error, error.request_id))
    except OSError as error:
        sys.exit("The server cannot be reached: %s" % error)
