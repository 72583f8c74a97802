"""A Telegram export of as many messages as a test wants."""

import json

__all__ = ["chat"]


def chat(messages: int, *, name: str = "Team") -> bytes:
    """A group of three who say something every minute."""
    rows = [
        {
            "id": number,
            "type": "message",
            "date": "2018-03-01T07:05:00",
            "date_unixtime": str(1519887900 + 60 * number),
            "from": f"Officer {number % 3}",
            "from_id": f"user{number % 3}",
            "text": f"entry {number} of the late turn",
        }
        for number in range(1, messages + 1)
    ]
    return json.dumps({"name": name, "type": "private_group", "id": 77, "messages": rows}).encode()
