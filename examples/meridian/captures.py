"""One capture of any size, for measuring speed: the same layouts as the sample, streamed in bounded memory.

The words are those of the sample's scenes, drawn at random; nothing here tells a story and nothing has a truth file
beyond what the arguments say: `messages` authored messages, no more and no fewer, by sixty people.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from meridian import archive
from meridian.messenger import INBOX, mojibake
from meridian.protobuf import field, nibbles
from meridian.protobuf import message as blob
from meridian.scenes import Filler, bank

_PEOPLE, _BLOCK, _PER_FILE = 60, 20_000, 10_000
_START, _COCOA = 1_456_923_911, 978_307_200
_GROUP = "447700900110-1456923911@g.us"
#: Seconds from one message to the next: bursts, pauses, nights.
_GAPS = (1, 2, 4, 7, 11, 15, 21, 30, 48, 75, 140, 400, 1800, 7200)
Batch = tuple[list[int], list[int], list[str]]


def capture(out: Path, *, source: str, messages: int, seed: int = 2018) -> Path:
    """Write one capture under `out` and say where it is."""
    out.mkdir(parents=True, exist_ok=True)
    try:
        write = _WRITERS[source]
    except KeyError:
        raise ValueError(f"no capture of {source!r}: choose one of {', '.join(_WRITERS)}") from None
    return write(out, messages, random.Random(f"{seed}/capture/{source}"))


def _bodies(rng: random.Random) -> list[str]:
    filler = Filler(rng)
    scenes = [s for name in ("work", "social", "football", "direct") for s in bank(name).scenes]
    said = [line.text for scene in scenes for line in scene if line.kind == "text"]
    found = [filler.fill(rng.choice(said), "Sam") for _ in range(6_000)]
    return found + [filler.ack(laugh=bool(turn % 3)) for turn in range(4_000)]


def _batches(total: int, rng: random.Random, *, newest_first: bool = False) -> Iterator[Batch]:
    """Times in seconds, authors and bodies, a block at a time."""
    bodies, people = _bodies(rng), range(_PEOPLE)
    step = -1 if newest_first else 1
    now = _START + (600 * total if newest_first else 0)
    while total:
        size = min(total, _BLOCK)
        total -= size
        times = []
        for gap in rng.choices(_GAPS, k=size):
            now += gap * step
            times.append(now)
        yield times, rng.choices(people, k=size), rng.choices(bodies, k=size)


def _text(out: Path, total: int, rng: random.Random) -> Path:
    path = out / "_chat.txt"
    names = [f"Officer {number:02d}" for number in range(_PEOPLE)]
    clock = [f"{h:02d}:{m:02d}:{s:02d}" for h in range(24) for m in range(60) for s in range(60)]
    days: dict[int, str] = {}
    with path.open("w", encoding="utf-8", newline="") as file:
        for times, authors, bodies in _batches(total, rng):
            lines = []
            for at, author, body in zip(times, authors, bodies, strict=True):
                day, second = divmod(at, 86_400)
                if day not in days:
                    days[day] = f"{datetime.fromtimestamp(at, UTC):%d/%m/%Y}"
                lines.append(f"[{days[day]}, {clock[second]}] {names[author]}: {body}\r\n")
            file.write("".join(lines))
    return path


def _open(path: Path, schema: str) -> tuple[sqlite3.Connection, list[str]]:
    """A new database with its tables; the indexes come last, which is several times faster."""
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;")
    statements = files(__package__).joinpath(schema).read_text(encoding="utf-8").split(";\n")
    indexes = [s for s in statements if "INDEX " in s and "compound" not in s]
    db.executescript(";\n".join(s for s in statements if "INDEX " not in s))
    return db, indexes


def _close(db: sqlite3.Connection, indexes: list[str]) -> None:
    db.commit()
    for statement in indexes:
        db.execute(statement)
    db.commit()
    db.close()


def _android(out: Path, total: int, rng: random.Random) -> Path:
    path = out / "msgstore.db"
    db, indexes = _open(path, "android_2025.sql")
    jids = [(n + 1, f"447700900{n:03d}", "s.whatsapp.net", 0, 0, f"447700900{n:03d}@s.whatsapp.net") for n in range(60)]
    jids.append((61, _GROUP.partition("@")[0], "g.us", 0, 1, _GROUP))
    db.executemany("INSERT INTO jid (_id, user, server, agent, type, raw_string) VALUES (?, ?, ?, ?, ?, ?)", jids)
    db.execute(
        "INSERT INTO chat (_id, jid_row_id, subject, hidden, account_jid_row_id) VALUES (1, 61, 'Meridian', 0, 61)"
    )
    db.executemany("INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id, rank, pending)"
                   " VALUES (61, ?, 0, 0)", [(n,) for n in range(1, 61)])  # fmt: skip
    row = 0
    for times, authors, bodies in _batches(total, rng):
        rows, receipts = [], []
        for at, author, body in zip(times, authors, bodies, strict=True):
            row += 1
            ms, mine = at * 1000, author == 0
            rows.append((row, int(mine), f"{rng.getrandbits(128):032X}", None if mine else author + 1, ms, ms + 700,
                         ms if mine else -1, body, row))  # fmt: skip
            if mine:
                receipts += [(row, other, ms + 2000, ms + 60_000) for other in range(2, 12)]
        db.executemany(
            "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp,"
            " received_timestamp, receipt_server_timestamp, message_type, text_data, sort_id)"
            " VALUES (?, 1, ?, ?, ?, 13, ?, ?, ?, 0, ?, ?)", rows)  # fmt: skip
        db.executemany("INSERT INTO receipt_user (message_row_id, receipt_user_jid_row_id, receipt_timestamp,"
                       " read_timestamp) VALUES (?, ?, ?, ?)", receipts)  # fmt: skip
    _close(db, indexes)
    return path


def _ios(out: Path, total: int, rng: random.Random) -> Path:
    path = out / "ChatStorage.sqlite"
    db, indexes = _open(path, "ios.sql")
    jids = [f"447700900{n:03d}@s.whatsapp.net" for n in range(_PEOPLE)]
    db.execute("INSERT INTO ZWACHATSESSION (Z_PK, Z_ENT, ZSESSIONTYPE, ZCONTACTJID, ZPARTNERNAME, ZGROUPINFO)"
               " VALUES (1, 4, 1, ?, 'Meridian', 1)", (_GROUP,))  # fmt: skip
    db.execute("INSERT INTO ZWAGROUPINFO (Z_PK, Z_ENT, ZCHATSESSION) VALUES (1, 5, 1)")
    db.executemany("INSERT INTO ZWAGROUPMEMBER (Z_PK, Z_ENT, ZISACTIVE, ZISADMIN, ZCHATSESSION, ZMEMBERJID)"
                   " VALUES (?, 6, 1, 0, 1, ?)", list(enumerate(jids, 1)))  # fmt: skip
    read = b"".join(field(2, blob((1, nibbles(f"447700900{n:03d}")), (4, 2), (5, 58))) for n in range(1, 11))
    row = info = 0
    for times, authors, bodies in _batches(total, rng):
        rows, infos = [], []
        for at, author, body in zip(times, authors, bodies, strict=True):
            row += 1
            mine, receipt = author == 0, None
            if mine:
                info += 1
                receipt = info
                infos.append((info, row, read + field(3, at)))
            rows.append((row, int(mine), row, None if mine else author + 1, receipt, at - _COCOA, at - _COCOA + 0.5,
                         None if mine else _GROUP, f"3A{rng.getrandbits(72):018X}", body))  # fmt: skip
        db.executemany(
            "INSERT INTO ZWAMESSAGE (Z_PK, Z_ENT, Z_OPT, ZISFROMME, ZMESSAGETYPE, ZGROUPEVENTTYPE, ZSORT, ZCHATSESSION,"
            " ZGROUPMEMBER, ZMESSAGEINFO, ZMESSAGEDATE, ZSENTDATE, ZFROMJID, ZSTANZAID, ZTEXT)"
            " VALUES (?, 9, 1, ?, 0, 0, ?, 1, ?, ?, ?, ?, ?, ?, ?)", rows)  # fmt: skip
        db.executemany("INSERT INTO ZWAMESSAGEINFO (Z_PK, Z_ENT, ZMESSAGE, ZRECEIPTINFO) VALUES (?, 11, ?, ?)", infos)
    _close(db, indexes)
    return path


def _messenger(out: Path, total: int, rng: random.Random) -> Path:
    path = out / "facebook-capture.zip"
    names = [f"Officer {number:02d}" for number in range(_PEOPLE)]

    def members() -> Iterator[tuple[str, bytes]]:
        number = 0
        for times, authors, bodies in _batches(total, rng, newest_first=True):
            for start in range(0, len(times), _PER_FILE):
                number += 1
                part = slice(start, start + _PER_FILE)
                rows = [
                    {"sender_name": names[a], "timestamp_ms": t * 1000, "content": mojibake(b)}
                    for t, a, b in zip(times[part], authors[part], bodies[part], strict=True)
                ]
                document = {"participants": [{"name": n} for n in names], "messages": rows, "title": "Meridian",
                            "is_still_participant": True, "thread_path": "inbox/meridian_1"}  # fmt: skip
                yield f"{INBOX}/meridian_1/message_{number}.json", json.dumps(document).encode()

    archive.stream(path, members())
    return path


_WRITERS: dict[str, Callable[[Path, int, random.Random], Path]] = {
    "whatsapp-text": _text,
    "whatsapp-android": _android,
    "whatsapp-ios": _ios,
    "messenger": _messenger,
}
SOURCES = tuple(_WRITERS)
