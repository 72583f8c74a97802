"""Bad documents: cut in half, of no encoding, made to explode; what stands before the damage is read."""

import json
import re
from pathlib import Path

import pytest
from tests.fuzz.seeds import write_seeds
from tests.hostile.conftest import Received

#: Seeds that are one text each, and how many messages each holds whole.
_TEXTS = (
    *("ios.txt", "android.txt", "telegram.json", "messenger.json", "e2ee.json", "rsmf_manifest.json", "sms.xml"),
    *("messages.htm", "newer.html"),
)


def _seed(received: Received, name: str) -> Path:
    write_seeds(received.folder.with_name("seeds"))
    return (received.folder.with_name("seeds") / name).rename(received.folder / name)


def test_an_empty_file(received: Received) -> None:
    """No bytes: kept, and said."""
    bad = received.folder / "empty.txt"
    bad.touch()
    received.ingest()
    assert received.warned(bad) == {"empty_file": 1}


@pytest.mark.parametrize("name", _TEXTS)
def test_bytes_of_no_encoding(received: Received, name: str) -> None:
    """Invalid UTF-8 in a message's text is replaced and said; the message stays, and so do the others."""
    bad = _seed(received, name)
    whole = bad.read_bytes()
    word = next(word for word in (b"rota", b"lift?", b"caf", b"ok", b"b<br") if word in whole)
    bad.write_bytes(whole.replace(word, word[:1] + b"\xff\xfe\xc3" + word[1:]))
    received.ingest()
    assert received.warned(bad)["invalid_text"] == 1, received.warnings()
    assert any(text and "\ufffd" in text for text in received.column("messages", "text"))


@pytest.mark.parametrize("name", ["telegram.json", "messenger.json", "e2ee.json", "rsmf_manifest.json", "sms.xml"])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.98])
def test_cut_in_half(received: Received, name: str, share: float) -> None:
    """A document that lost its end is kept and said to have; no message before the cut is lost where it streams."""
    bad = _seed(received, name)
    whole = bad.read_bytes()
    bad.write_bytes(whole[: int(len(whole) * share)])
    received.ingest()
    kinds = received.warned(bad)
    assert kinds.keys() & {"unreadable", "unknown_format", "invalid_record"}, kinds
    assert all(name in row["detail"] or row["row"] or row["byte_start"] is not None for row in received.warnings())


def test_a_long_export_cut_in_half_keeps_what_stands_before(received: Received) -> None:
    """Of a thousand messages, those before the cut are there."""
    bad = received.folder / "half.json"
    whole = (received.folder / "!good.json").read_text()
    entries = [
        {"id": n, "type": "message", "date": "2018-03-01T07:00:00", "date_unixtime": "1519887600"}
        | {"from": "Bo", "from_id": "user2", "text": f"half {n}"}
        for n in range(1_000)
    ]
    value = json.loads(whole) | {"messages": entries, "id": 78}
    text = json.dumps(value)
    cut = text[: text.index('"half 700"')]
    bad.write_text(cut)
    received.ingest()
    assert received.warned(bad)["unreadable"] == 1
    assert sum("half" in (text or "") for text in received.column("messages", "text")) == 700


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "prologue",
    [
        f'<!DOCTYPE smses [<!ENTITY l0 "lol">{_LAUGHS}]>',
        '<!DOCTYPE smses [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE smses SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE smses [<!ENTITY % l SYSTEM "file:///etc/passwd"> %l;]>',
    ],
)
def test_entities(received: Received, prologue: str) -> None:
    """An XML document that declares entities expands none and reads no other file."""
    bad = received.folder / "laughs.xml"
    record = '<sms protocol="0" address="1" date="1519896600000" type="1" body="{}" read="1" status="-1" />'
    bad.write_text(f'<?xml version="1.0" encoding="UTF-8"?>{prologue}<smses count="2">{record.format("&l11;")}</smses>')
    received.ingest()
    assert received.warned(bad)
    texts = [text for text in received.column("messages", "text") if text]
    assert not [text for text in texts if "root:" in text or "lollol" in text]


def test_a_folder_of_unknown_files(received: Received) -> None:
    """A folder of things that no source knows: each is kept and said, in seconds."""
    (received.folder / "unknown").mkdir()
    for number in range(300):
        (received.folder / "unknown" / f"{number}.bin").write_bytes(number.to_bytes(2) * 500 + b"\x00\x01")
    said = received.ingest()
    assert said["warnings"] == {"unknown_format": 300}
    assert len(received.column("exhibits", "exhibit")) == 302


@pytest.mark.parametrize("text", ["[" * 100_000, '{"messages": ' * 50_000, '{"a": "' + "\\ud800" * 1000, "[1e999999]"])
def test_json_made_to_break_a_reader(received: Received, text: str) -> None:
    """Nesting without end, lone surrogates and numbers beyond measure are a sentence."""
    bad = received.folder / "deep.json"
    bad.write_text(text)
    received.ingest()
    assert received.warned(bad).total() == 1
    assert re.search(r"deep\.json", received.warnings()[0]["detail"])
