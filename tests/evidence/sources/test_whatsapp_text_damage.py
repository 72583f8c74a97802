"""Damaged, huge and hostile files: nothing crashes, hangs or is lost."""

import io
import resource
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.reading import Tables, read_document

from upstander.errors import SourceError, WrongSource
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.whatsapp_text import SOURCE, streaming
from upstander.evidence.sources.whatsapp_text.streaming import TEXT_LIMIT

ZONE = Reading(time_zone="Europe/London")

SMALL = (
    "\ufeff[13/03/2022, 14:08:11] Rota: \u200eMessages and calls are end-to-end encrypted.\r\n"
    "[13/03/2022, 14:08:12] Ava: \u200eAva added Ben\r\n"
    "[13/03/2022, 14:08:13] Ben: hello 🙈\r\nsecond line\r\n"
    "\u200e[13/03/2022, 14:08:14] ~\u202fCal: \u200e<attached: 00000003-PHOTO-2022-03-13-14-08-14.jpg>\r\n"
    "[13/03/2022, 14:08:15] Dr: Smith: POLL:\r\nWhen?\r\n"
    "[14/03/2022, 14:08:16] Ben:\r\n"
    '[14/03/2022, 14:08:17] Ben changed the subject to "Rota: new"\r\n'
    "[14/03/2022, 14:08:18] Ben: \u200eYou deleted this message.\r\n"
).encode()


@dataclass(frozen=True)
class _Bytes:
    """A file in memory that says how much of it was read."""

    data: bytes
    name: str = "_chat.txt"
    exhibit: str = "0" * 64
    member: None = None

    @property
    def size(self) -> int:
        """Size."""
        return len(self.data)

    def open(self) -> IO[bytes]:
        """Open for reading."""
        return io.BytesIO(self.data)

    def local(self, scratch: Path) -> Path:
        """A copy."""
        path = scratch / "copy"
        path.write_bytes(self.data)
        return path

    def digest(self) -> str:
        """SHA-256."""
        return self.exhibit


def _read(data: bytes) -> Tables:
    return read_document(SOURCE, Document(file=_Bytes(data)), reading=ZONE)


def _survives(data: bytes) -> Tables | None:
    try:
        return _read(data)
    except SourceError:
        return None


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
@example(b"[1/1/21, 12:00] ")
@example(b"1/1/21, 12:00 -")
@example(b"1/1/21, 12:00 - :")
@example(b"1/1/21, 12:00 - A: \xe2\x80")
@example(b"1/1/21, 12:00 - A: x\n1/1/21, 12:00 -\r")
@example(b"0/0/00, 0:00 - A: x")
@example(b"99/99/9999, 99:99 - A: x\n1/1/21, 12:00 - A: x")
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    """Arbitrary bytes give a typed refusal or rows that hold together."""
    _survives(data)


#: Bytes that mean something to a reader of exports.
_TELLING = st.sampled_from([b"\n", b"\r", b": ", b"\xe2\x80\x8e", b"[13/03/2022, 14:08:11] "])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.integers(0, len(SMALL)), st.integers(0, 20), st.binary(max_size=8)),
            st.tuples(st.integers(0, len(SMALL)), st.integers(0, 20), _TELLING),
        ),
        max_size=6,
    ),
    st.integers(0, len(SMALL)),
)  # fmt: skip
def test_a_damaged_export_is_refused_or_read(cuts: list[tuple[int, int, bytes]], end: int) -> None:
    """Bytes changed, lost or put in anywhere, and the end cut off: no crash, and every place lies in the file."""
    data = bytearray(SMALL)
    for at, length, replacement in cuts:
        data[at : at + length] = replacement
    del data[max(end, 60) :]
    tables = _survives(bytes(data))
    if tables is not None:
        places = [(row["byte_start"], row["byte_end"]) for row in tables.rows("messages")]
        assert all(0 <= start <= stop <= len(data) for start, stop in places)
        assert places == sorted(places)


@settings(max_examples=60, deadline=None)
@given(chunk=st.integers(200, 2000), repeats=st.integers(1, 40))
def test_pieces_do_not_show(chunk: int, repeats: int) -> None:
    """However a file is cut into pieces, the same messages, warnings and participants come out."""
    # How often a name with a colon is met before it is believed is a matter of the piece.
    data = SMALL.replace(b"Dr: Smith: ", b"Ben: ") * repeats
    whole = _read(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streaming, "CHUNK", chunk)
        pieces = _read(data)
    for name in ("messages", "participants", "membership_events", "conversations", "attachments"):
        assert pieces.table(name).to_pylist() == whole.table(name).to_pylist(), name
    assert pieces.warned == whole.warned


def test_many_times_that_run_backwards_are_counted() -> None:
    """The first twenty places are listed; one more row counts the rest and says where they stand."""
    line = "13/03/2022, 1{hour}:{minute:02} - Ava: hello\n"
    data = "".join(line.format(hour=4 - index % 2, minute=index % 60) for index in range(2_200)).encode()
    tables = _read(data)
    warned = tables.rows("warnings", kind="times_run_backwards")
    assert len(warned) == 21
    assert warned[-1]["detail"].startswith("1,080 further messages ")
    first, last = tables.authored[41], tables.authored[2_199]
    assert (warned[-1]["message"], warned[-1]["byte_end"]) == (first["message"], last["byte_end"])
    assert "warnings_capped" not in tables.warned


def test_invalid_utf_8_is_replaced_and_its_place_is_said() -> None:
    """What is no character becomes U+FFFD in the text; its bytes are named; the other messages are as they were."""
    data = (
        b"13/03/2022, 14:08 - Ava: one\n13/03/2022, 14:09 - B\xffn: tw\xe2\x82o\n"
        b"13/03/2022, 14:10 - Ava: \xf0\x9f\x99\x88\n"
    )
    tables = _read(data)
    assert [(row["author"], row["text"]) for row in tables.authored] == [("Ava", "one"), ("B�n", "tw�o"), ("Ava", "🙈")]
    (warning,) = tables.rows("warnings", kind="invalid_text")
    assert data[warning["byte_start"] : warning["byte_end"]] == b"\xff"
    assert warning["message"] == tables.authored[1]["message"]


def test_nul_bytes_and_odd_line_ends_are_text() -> None:
    """NUL, form feed, a lone carriage return and Unicode line separators end no line."""
    body = "a\x00b\x0cc\rd\u2028e\x85f"
    assert _read(f"13/03/2022, 14:08 - Ava: {body}\n13/03/2022, 14:09 - Ben: x\n".encode()).authored[0]["text"] == body


def test_a_message_of_many_megabytes_is_cut_and_said() -> None:
    """A text over the limit is cut at a character in the tables; what follows is read; places are true."""
    first = b"13/03/2022, 14:08 - Ava: one\n"
    long = b"13/03/2022, 14:09 - Ben: x" + "é".encode() * (12 * TEXT_LIMIT) + b"\nmore\n"
    last = b"13/03/2022, 14:10 - Ava: three\n"
    tables = _read(first + long + last)
    assert [row["author"] for row in tables.authored] == ["Ava", "Ben", "Ava"]
    message = tables.authored[1]
    assert message["text"] == "x" + "é" * ((TEXT_LIMIT - 1) // 2)
    assert (message["byte_start"], message["byte_end"]) == (len(first), len(first + long))
    assert tables.authored[2]["byte_start"] == len(first + long)
    assert tables.warned == {"line_too_long": 1}


def test_one_line_of_a_hundred_megabytes_takes_bounded_memory(tmp_path: Path) -> None:
    """A hundred megabytes without a line end add a few pieces' worth of memory, not the line."""
    path = tmp_path / "_chat.txt"
    with path.open("wb") as stream:
        stream.write(b"13/03/2022, 14:08 - Ava: ")
        for _ in range(100):
            stream.write(b"x" * 1_000_000)
    document = Document(file=ExhibitFile.of(path), scratch=tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tables = read_document(SOURCE, document, reading=ZONE)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert len(tables.authored[0]["text"]) == TEXT_LIMIT
    assert tables.authored[0]["byte_end"] == path.stat().st_size
    assert tables.warned == {"line_too_long": 1}
    assert grown < 100_000  # kilobytes


def test_many_shapes_and_names_take_no_more_than_their_share() -> None:
    """A file made to have a new name, and now and then a new shape, on every line is read to its end."""
    lines = [
        f"13/03/2022, {index % 24}:{index % 60:02}{' ' * (index % 2)} - N{index}: t: {index}\n"
        for index in range(20_000)
    ]
    tables = _read("".join(lines).encode())
    assert len(tables.authored) == 20_000
    assert len(tables.handles) == 20_000


def test_an_empty_head_is_refused() -> None:
    """Nothing is nobody's chat."""
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document(file=_Bytes(b"")))
