"""Signal backups that are damaged, cut short, newer than this source, or something else."""

import contextlib
from pathlib import Path

import pytest
from tests.support.made_signal import (
    ANNA,
    BELA,
    NOW,
    SAMPLE,
    START,
    binary,
    delimited,
    encoded,
    item,
    lines,
    read_made,
    said,
    update,
    wire,
)

from upstander.errors import LimitReached, Unreadable, WrongSource
from upstander.evidence.document import Document
from upstander.evidence.sources import Reading
from upstander.evidence.sources.signal_backup import SOURCE


def test_what_is_not_known_is_kept_and_said(tmp_path: Path) -> None:
    """A newer kind of frame, item, notice or change is kept at its place with a warning, in both forms."""
    frames = [
        *START,
        item(2, 1, newMessage={}),
        item(2, 2, updateMessage={"newUpdate": {}}),
        update(2, 3, "groupChange", {"updates": [{"newChange": {}}]}),
        update(2, 4, "simpleUpdate", {"type": 99}),
    ]
    tables = read_made(tmp_path, lines([*frames, {"newFrame": {}}]))
    assert tables.warned == {"missing_reference": 1, "unknown_value": 5}
    assert [row["kind"] for row in tables.rows("messages")] == ["unknown", "system", "system", "system"]
    newer = wire(1, 1) + wire(2, 2) + wire(3, NOW) + wire(8, b"") + wire(40, b"x")
    frame = delimited(wire(4, newer)) + delimited(wire(30, b""))
    tables = read_made(tmp_path, binary(START) + frame)
    details = [row["detail"] for row in tables.rows("warnings", kind="unknown_value")]
    assert details == ["frame[9] holds nothing that is known (40)", "frame[10] is of a kind that is not known (30)"]


def test_what_refers_to_nothing_is_kept_and_said(tmp_path: Path) -> None:
    """An author, reader, reactor or chat that the backup does not list leaves the message where it is."""
    frames = [
        *START,
        said(77, 1, "who?"),
        said(2, 2, "where?", chat=55),
        said(2, 3, "where?", chat=55),
        said(1, 4, "ok", outgoing={"sendStatus": [{"recipientId": 66, "sent": {}}]}),
        said(2, 5, "ok", standard={"reactions": [{"emoji": "x", "authorId": 66}]}),
    ]
    tables = read_made(tmp_path, frames)
    assert (tables.authored[0]["author"], tables.authored[0]["platform_key"]) == ("recipient 77", None)
    assert len(tables.authored) == 5
    assert tables.warned == {"missing_reference": 5}
    assert tables.rows("receipts")[0]["participant"] is tables.rows("reactions")[0]["participant"] is None


def test_damage_loses_only_what_it_hits(tmp_path: Path) -> None:
    """A backup cut anywhere gives what stands before; a frame with damage inside is read as far as it goes."""
    whole = binary(SAMPLE)
    path, scratch = tmp_path / "backup", tmp_path / "scratch"
    scratch.mkdir()
    for cut in range(60, len(whole)):
        path.write_bytes(whole[:cut])
        document = Document.of(path, scratch=scratch)
        SOURCE.recognise(document)
        given = SOURCE.read(document, Reading())
        assert next(given).batch.num_rows
        with contextlib.suppress(Unreadable):
            list(given)
    broken = delimited(wire(4, encoded("ChatItem", said(2, 9, "ok")["chatItem"]) + b"\x0b\x0b"))
    following = delimited(encoded("Frame", said(2, 10, "next")))
    tables = read_made(tmp_path, binary(START) + broken + following)
    assert [row["text"] for row in tables.authored] == ["ok", "next"]
    assert tables.warned["invalid_record"] == 1


def test_texts_that_are_no_unicode_are_said(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 become U+FFFD with a warning."""
    text = wire(11, wire(2, wire(1, b"a\xffb")))
    frame = delimited(wire(4, wire(1, 1) + wire(2, 2) + wire(3, NOW) + text))
    tables = read_made(tmp_path, binary(START) + frame)
    assert tables.authored[0]["text"] == "a\ufffdb"
    assert tables.warned["invalid_text"] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"version": 1}',
        b'{"backupTimeMs": 1, "version": 1}\n{"messages": []}',
        b'{"messages": [{"backupTimeMs": 1}]}',
        b"\x00",
        b"\x05hello",
        b"\x04\x08\x01\x10\x05\x02\x08\x01",
        b"SBACKUP\x02" + bytes(100),
        b"SQLite format 3\x00" + bytes(100),
        b"plain words\n",
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    """What is no Signal backup is left to other sources."""
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document.of(path, scratch=tmp_path))


def test_what_stands_twice_is_said(tmp_path: Path) -> None:
    """A second account, recipient or chat of one number, and two edited messages of one millisecond, are kept apart."""
    edited = said(2, 100, "later", revisions=[said(2, 50, "sooner")["chatItem"]])
    frames = [*START, START[1], START[3], START[7], edited, edited, {"recipient": {"contact": {}}}]
    tables = read_made(tmp_path, frames)
    assert tables.warned == {"missing_reference": 1, "duplicate_record": 4, "invalid_record": 1}
    assert len(tables.authored) == 2
    assert [row["target_key"].partition("#")[2] for row in tables.rows("edits")] == ["", "", "frame[13]", "frame[13]"]


def test_lines_that_are_no_json_are_left_out(tmp_path: Path) -> None:
    """Of JSON lines, what is no object is left out with its place; blank lines and a byte order mark do not count."""
    first, *rest = lines([*START, said(2, 1, "ok")]).splitlines(keepends=True)
    content = b"\xef\xbb\xbf" + first + b"\n \r\n" + b"".join(rest[:-1]) + b'[1]\n{"chatItem": \n' + rest[-1]
    tables = read_made(tmp_path, content)
    assert tables.authored[0]["row"] == "frame[11]"
    place = slice(tables.authored[0]["byte_start"], tables.authored[0]["byte_end"])
    assert content[place] == rest[-1]
    assert [row["row"] for row in tables.rows("warnings", kind="invalid_record")] == ["frame[9]", "frame[10]"]


@pytest.mark.parametrize(
    ("tail", "problem"),
    [
        (b"\xff\xff\xff\x7f" + bytes(9), LimitReached),
        (b"\xff" * 9 + b"\x01", Unreadable),
        (b"\xff" * 12, Unreadable),
        (b"\x20abc", Unreadable),
    ],
)
def test_a_frame_that_cannot_be_ends_the_reading(tmp_path: Path, tail: bytes, problem: type[Exception]) -> None:
    """A length that no frame has, or that is none, stops the reading with its place; what stands before is given."""
    path, scratch = tmp_path / "backup", tmp_path / "scratch"
    path.write_bytes(binary(SAMPLE) + tail)
    scratch.mkdir()
    given = SOURCE.read(Document.of(path, scratch=scratch), Reading())
    found: dict[str, int] = {}
    with pytest.raises(problem, match="at byte"):
        found.update((rows.table, rows.batch.num_rows) for rows in given)
    assert found["messages"] == 6


def test_a_long_line_is_not_read(tmp_path: Path) -> None:
    """A line beyond the limit stops the reading."""
    content = lines(START) + b'{"chatItem": "' + b"x" * 5_000_000 + b'"}\n'
    with pytest.raises(LimitReached, match="line of more than"):
        read_made(tmp_path, content)


def test_packed_and_mistaken_fields(tmp_path: Path) -> None:
    """Numbers packed together are read; fields of another type than theirs are left out and said."""
    viewers = wire(1, b"Team") + wire(3, 1) + wire(4, b"\x02\x03\xff")
    story = delimited(wire(2, wire(1, 30) + wire(4, wire(1, b"\x09" * 16) + wire(3, viewers))))
    mistaken = delimited(wire(4, wire(1, 1) + wire(2, b"\x02") + wire(3, NOW) + wire(11, wire(2, 7))))
    tables = read_made(tmp_path, binary(START) + story + mistaken)
    seen = tables.rows("membership_events", detail="sees these stories")
    assert [row["participant"] for row in seen] == [ANNA[1], BELA[1]]
    assert tables.warned["invalid_record"] == 1
    assert [row["kind"] for row in tables.authored] == ["empty"]
    deep = wire(1, 1) + wire(2, 2) + wire(3, NOW)
    for _ in range(60):
        deep = wire(1, 1) + wire(2, 2) + wire(3, NOW) + wire(6, deep)
    assert read_made(tmp_path, binary(START) + delimited(wire(4, deep))).warned["invalid_record"] == 1


def test_a_long_text_that_goes_on_elsewhere_is_said(tmp_path: Path) -> None:
    """A text longer than a frame holds goes on in a file, which is named."""
    long = {"longText": {"contentType": "text/x-signal-plain", "locatorInfo": {"plaintextHash": "CQkJ", "size": 7}}}
    tables = read_made(tmp_path, [*START, said(2, 1, "begins", standard=long)])
    assert tables.warned["attachment_missing"] == 1
    (attachment,) = tables.rows("attachments")
    assert (attachment["kind"], attachment["bytes"], attachment["sha256"]) == ("document", 7, None)
