#!/usr/bin/env python3
"""Registers a customer, books two seats and cancels the booking, with the client in matinee.py.

Python 3.9 or newer, standard library only. Usage: book.py [URL]
"""

from __future__ import annotations

import sys
import uuid
from typing import Any

from matinee import Matinee, MatineeError

DEFAULT_URL = "http://127.0.0.1:8000"


def book(url: str) -> None:
    matinee = Matinee(url)
    email = f"python-{uuid.uuid4()}@example.com"
    matinee.register(email, password=str(uuid.uuid4()))
    print("Registered", email)

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
    seats = ", ".join(f"{seat['rowLabel']}{seat['seatNumber']}" for seat in reservation["seats"])
    price = f"{reservation['totalPrice']} {reservation['currency']}"
    print("Booked", seats, "for", price, "with the reference", reservation["reference"])

    cancelled = matinee.delete(f"/reservations/{reservation['id']}")
    print("Now it is", cancelled["status"])

    try:
        matinee.delete(f"/reservations/{reservation['id']}")
    except MatineeError as error:
        print("A second time it is refused:", error.code)


def lock_and_confirm(matinee: Matinee, showtime_id: str) -> Any:
    """Two free seats of the showtime. Another customer may be faster: then it looks for others."""
    for _ in range(5):
        seat_map = matinee.get(f"/showtimes/{showtime_id}/seats")
        free = [seat["id"] for seat in seat_map["seats"] if seat["status"] == "available"]
        if len(free) < 2:
            break
        wanted = {"seatIds": free[:2]}
        try:
            lock = matinee.post(f"/showtimes/{showtime_id}/lock-seats", wanted)
        except MatineeError as error:
            if error.code != "SEATS_UNAVAILABLE":
                raise
            print("Another customer was faster:", error.details["seats"])
            continue
        print("Locked until", lock["expiresAt"], "for", lock["totalPrice"], lock["currency"])
        return matinee.post("/reservations", {"showtimeId": showtime_id, **wanted})
    raise SystemExit("The seats are gone.")


if __name__ == "__main__":
    try:
        book(sys.argv[1] if len(sys.argv) > 1 else DEFAULT_URL)
    except MatineeError as error:
        if error.code == "NETWORK_ERROR":
            sys.exit(error.message)
        sys.exit(f"Refused: {error} (request {error.request_id})")
