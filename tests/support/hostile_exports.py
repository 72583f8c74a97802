"""Exports of every format whose every name and text is made to do harm, for pages that show them."""

import html
import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.fuzz import databases
from tests.fuzz.seeds import write_seeds
from tests.support import made_slack
from tests.support.android import team
from tests.support.made_signal import SAMPLE
from tests.support.made_slack import channel, line, pack
from tests.support.messages_db import stream as made_stream

__all__ = ["BIG", "LARGE", "MARK", "write_hostile"]

#: Stands behind every name and text: an element, a script, a way out of an attribute, a template, signs that turn text
#: around. No control characters: some formats have none.
MARK = "<x-foreign onclick=alert(1)>\"'><script>alert(1)</script></textarea>{{ 7 * 7 }}\u202e\u2066javascript:alert(1)"

#: Behind one text of each format: a line of a megabyte.
BIG = "A" * 1_000_000

#: No less of it is kept: some sources take a million characters of a message, of which its markup is part.
LARGE = 999_000

_NAMES = (
    "Vale",
    "Finch",
    "Anna Brook",
    "Anna",
    "Bela (work)",
    "Cat",
    "Late turn",
    "Lates 3",
    "Lates",
    "lates",
    "Shift",
)
_TEXTS = (
    "caf\u00c3\u00a9",
    "kettle on?",
    "hello yourself",
    "look at this",
    "corrected",
    "rota",
    "lift?",
    "ok",
    "Noted",
    "Tea?",
    "Kaffee?",
)
_LONG = ("kettle on?", "hello yourself", "tea", "rota", "Noted", "caf\u00c3\u00a9", "ok")
_WORD = re.compile(
    "|".join(
        rf"(?<![\w@:/.]){re.escape(word)}(?![\w@./])" for word in sorted({*_NAMES, *_TEXTS, *_LONG}, key=len)[::-1]
    )
)


def _marked(text: str, escaped: Callable[[str], str] = str, *, long: bool = True) -> str:
    """The text with the mark behind each of its words; with `long`, the first of some is a megabyte longer."""
    left = [BIG] if long else []

    def one(found: re.Match[str]) -> str:
        more = left.pop() if found[0] in _LONG and left else ""
        return f"{found[0]}{escaped(MARK)}{more}"

    return _WORD.sub(one, text)


def _in_json(value: Any, escaped: Callable[[str], str] = str, *, named: str = "") -> Any:
    """The same in every string of what JSON says; in a string of markup, as markup says it."""
    if isinstance(value, dict):
        return {name: _in_json(inside, escaped, named=name) for name, inside in value.items()}
    if isinstance(value, list):
        return [_in_json(inside, escaped, named=named) for inside in value]
    if isinstance(value, str):
        how = html.escape if "</" in value else escaped
        return _marked(value, how, long=named in ("text", "content", "body"))
    return value


def _as_facebook_does(text: str) -> str:
    """UTF-8 written as if each of its bytes were a character."""
    return text.encode().decode("latin-1")


def _in_chat(text: str) -> str:
    """A chat in plain text: a short mark in the names, for a long one is none; the whole one in what they say."""
    lines = []
    for number, whole in enumerate(text.split("\n")):
        head, colon, said = whole.partition(": ")
        named = re.sub("Vale|Finch", lambda found: f"{found[0]} <x-foreign>", head)
        lines.append(f"{named}{colon}{_marked(said, long=not number)}" if colon else whole)
    return "\n".join(lines)


def _in_database(path: Path) -> None:
    """The same in every text of a database."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.create_function("marked", 1, lambda text: _marked(text) if isinstance(text, str) else text)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    for (table,) in tables.fetchall():
        for _, column, *_ in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
            where = f"typeof(\"{column}\") = 'text' AND \"{column}\" NOT LIKE '<%'"
            connection.execute(f'UPDATE "{table}" SET "{column}" = marked("{column}") WHERE {where}')
            rich = f"typeof(\"{column}\") = 'text' AND \"{column}\" LIKE '<p>%'"
            connection.execute(
                f'UPDATE "{table}" SET "{column}" = ? WHERE {rich}', [f"<p>{html.escape(MARK)}{BIG}</p>"]
            )
    connection.close()


def _modern(folder: Path) -> bytes:
    path = team(folder / "msgstore.db")
    _in_database(path)
    return path.read_bytes()


def write_hostile(folder: Path) -> dict[str, list[Path]]:
    """Write an export of every format, each in a folder of its own; gives the folders by the key that opens them."""
    seeds = folder / "seeds"
    manifest = json.dumps(_in_json(json.loads(databases._MANIFEST)))
    sample = _in_json(SAMPLE)
    with (
        patch.object(databases, "_modern", _modern),
        patch.object(databases, "_MANIFEST", manifest),
        patch.object(databases, "SAMPLE", sample),
        patch.object(databases, "stream", lambda text, *rest: made_stream(_marked(text), *rest)),
    ):
        write_seeds(seeds)
    keys = {"msgstore.db.crypt14": "key", "msgstore.db.crypt15": "encrypted_backup.key"}
    given: dict[str, list[Path]] = {"": []}
    for path in sorted(seeds.iterdir()):
        if path.name in ("slack.json", "users.json", "channels.json", "logged.db", "signal.encrypted"):
            continue
        home = folder / "received" / path.name
        home.mkdir(parents=True)
        given.setdefault(keys.get(path.name, ""), []).append(home)
        path = path.rename(home / path.name)
        if path.suffix in (".json", ".jsonl"):
            _rewrite(path, _as_facebook if path.name == "messenger.json" else _json)
        elif path.suffix in (".txt",):
            _rewrite(path, _in_chat)
        elif path.suffix in (".html", ".htm") or path.name == "sms.xml":
            _rewrite(path, lambda text: _marked(text, html.escape))
        elif path.name == "report.xml":
            _rewrite(path, lambda text: _marked(text, lambda mark: mark.replace("]]>", "")))
        elif path.suffix in (".db", ".sqlite") and path.name != "msgstore.db":
            _in_database(path)
    for name, content in databases.KEYS.items():
        (folder / name).write_bytes(content)
    slack = folder / "received" / "slack"
    slack.mkdir()
    days = {"channels.json": [channel()], f"lates/{made_slack.DAY}": [line(0, "rota"), line(1, "lift?", "U0FINCH")]}
    pack(slack / "slack.zip", {"users.json": _in_json(made_slack.USERS), **_in_json(days)})
    given[""].append(slack)
    return given


def _rewrite(path: Path, become: Callable[[str], str]) -> None:
    path.write_text(become(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")


def _json(text: str) -> str:
    if text.count("\n") > 2 and text.lstrip().startswith("{") and "}\n{" in text:
        return "".join(json.dumps(_in_json(json.loads(one))) + "\n" for one in text.splitlines() if one.strip())
    return json.dumps(_in_json(json.loads(text)))


def _as_facebook(text: str) -> str:
    return json.dumps(_in_json(json.loads(text), _as_facebook_does))
