"""The text exports, the download and the captures, read with plain patterns and json only."""

import json
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import meridian

HEADER_IOS = re.compile(r"^\u200e?\[(\d\d/\d\d/\d{4}, \d\d:\d\d:\d\d)\] (.*?): (.*)$")
HEADER_ANDROID = re.compile(r"^(\d+/\d+/\d\d, \d+:\d\d\u202f[AP]M) - (.*)$")


def _exhibit(truth: dict[str, Any], reference: str) -> dict[str, Any]:
    return next(e for e in truth["exhibits"] if e["reference"] == reference)


def test_ios_text_export(made: Path, truth: dict[str, Any]) -> None:
    """Messages, system lines and authors of the zip; every file it carries is named in the text."""
    exhibit = _exhibit(truth, "MS/4")
    with zipfile.ZipFile(made / "exhibits" / exhibit["files"][0]) as archive:
        text = archive.read("_chat.txt").decode()
        files = set(archive.namelist()) - {"_chat.txt"}
    assert text.count("\n") == text.count("\r\n")
    heads = [m for m in map(HEADER_IOS.match, text.split("\r\n")) if m]
    system = [m for m in heads if m[3].startswith("\u200e") and not re.match(
        r"\u200e(<attached|\w+ omitted|Location|This message was|You deleted)", m[3])]  # fmt: skip
    authored = [m for m in heads if m not in system]
    assert (len(authored), len(system)) == (exhibit["counts"]["messages"], exhibit["counts"]["system_events"])
    assert len({m[2] for m in authored}) == exhibit["counts"]["participants"]
    assert len(files) > 10
    assert files <= set(re.findall(r"<attached: (.*?)>", text))
    assert text.count("<This message was edited>") == exhibit["counts"]["edits"]


def test_android_text_export(made: Path, truth: dict[str, Any]) -> None:
    """One line more looks like a header than there are messages and system lines: the forged one."""
    exhibit = _exhibit(truth, "MS/5")
    raw = (made / "exhibits" / exhibit["files"][0]).read_bytes()
    names = {"\u202a" + n + "\u202c" if n.startswith("+") else n for ns in exhibit["handles"].values() for n in ns}
    heads = [m[2] for m in map(HEADER_ANDROID.match, raw.decode().split("\n")) if m]
    authored = [h for h in heads if any(h.startswith(n + ":") for n in names)]
    counts = exhibit["counts"]
    assert len(authored) == counts["messages"] + exhibit["warnings"]["header_like_line"]
    assert len(heads) - len(authored) == counts["system_events"]
    assert len(names) == counts["participants"]
    assert any(h in {n + ":" for n in names} for h in heads), "an empty view-once message"
    assert any(":" in n for n in names)
    assert any(n.startswith("~ ") for n in names)
    for sighting in exhibit["sightings"]:
        start, end = map(int, sighting["place"].removeprefix("bytes:").split("-"))
        assert raw[start:end].decode().startswith(sighting["written"] + " - ")


def test_messenger_download(made: Path, truth: dict[str, Any]) -> None:
    """Newest first, in two files, mojibake that mends, people who reacted."""
    exhibit = _exhibit(truth, "MS/6")
    messages: list[dict[str, Any]] = []
    people: set[tuple[str, str]] = set()
    with zipfile.ZipFile(made / "exhibits" / exhibit["files"][0]) as archive:
        parts = [json.loads(archive.read(n)) for n in archive.namelist() if n.endswith(".json")]
    for part in parts:
        people |= {(part["thread_path"], p["name"]) for p in part["participants"]}
        times = [m["timestamp_ms"] for m in part["messages"]]
        assert times == sorted(times, reverse=True)
        messages += part["messages"]
        people |= {(part["thread_path"], m["sender_name"]) for m in part["messages"] if not _is_event(m)}
    counts = exhibit["counts"]
    assert len(parts) == 3
    assert sum(not _is_event(m) for m in messages) == counts["messages"]
    assert sum(_is_event(m) for m in messages) == counts["system_events"]
    assert sum(len(m.get("reactions", ())) for m in messages) == counts["reactions"]
    assert len(people) == counts["participants"]
    mended = {m["content"].encode("latin-1").decode() for m in messages if "content" in m}
    assert "😂" in mended


def _is_event(message: dict[str, Any]) -> bool:
    said = message.get("content", "")
    return "type" in message or bool(re.search(r"(created the group\.|named the group .*\.)$", said))


@pytest.mark.parametrize("source", ["whatsapp-text", "whatsapp-android", "whatsapp-ios", "messenger"])
def test_captures_have_the_size_asked_for(source: str, tmp_path: Path) -> None:
    """A capture for benchmarks has as many messages as it was asked for, across blocks."""
    path = meridian.capture(tmp_path, source=source, messages=25_000)
    if source == "whatsapp-text":
        found = sum(bool(HEADER_IOS.match(line)) for line in path.read_text(encoding="utf-8").split("\n"))
    elif source == "messenger":
        with zipfile.ZipFile(path) as archive:
            found = sum(len(json.loads(archive.read(name))["messages"]) for name in archive.namelist())
    else:
        with closing(sqlite3.connect(path)) as db:
            table = "message" if "android" in source else "ZWAMESSAGE"
            found = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    assert found == 25_000


def test_an_unknown_capture_is_refused(tmp_path: Path) -> None:
    """The refusal names what there is."""
    with pytest.raises(ValueError, match="whatsapp-ios"):
        meridian.capture(tmp_path, source="telegram", messages=1)
