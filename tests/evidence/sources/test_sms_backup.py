"""SMS Backup & Restore XML."""

import base64
import contextlib
import hashlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.reading import Tables, read, read_document

from upstander.errors import LimitReached, SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.sms_xml import SOURCE
from upstander.evidence.sources.sms_xml.stream import Mender

HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<!--File Created By an app-->\n"


def sms(address: str, minute: int, body: str, *, kind: int = 1, sent: int = 0, contact: str = "(Unknown)") -> str:
    """One `<sms>`; `body` is XML already."""
    date = 1_500_000_000_000 + minute * 60_000
    return (
        f'<sms protocol="0" address="{address}" date="{date}" type="{kind}" subject="null" body="{body}" read="1" '
        f'status="-1" date_sent="{sent}" readable_date="x" contact_name="{contact}" />'
    )


def mms(address: str, minute: int, parts: str, *, box: int = 1, sender: str = "", sub: str = "null") -> str:
    """One `<mms>`; `parts` is XML already."""
    date = 1_500_000_000_000 + minute * 60_000
    return (
        f'<mms date="{date}" msg_box="{box}" address="{address}" sub="{sub}" ct_t="multipart/related">'
        f'<parts>{parts}</parts><addrs><addr address="{sender}" type="137" charset="106" />'
        f'<addr address="+440000000009" type="151" charset="106" /></addrs></mms>'
    )


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Write a backup of the given records."""

    def write(*records: str, root: str = "smses", count: int | None = None, cut: int | None = None) -> Path:
        text = HEAD + f'<{root} count="{len(records) if count is None else count}">' + "".join(records) + f"</{root}>"
        path = tmp_path / "backup.xml"
        path.write_bytes(text.encode()[:cut])
        return path

    return write


def before_damage(path: Path, scratch: Path) -> tuple[Tables, SourceError | None]:
    """What is read, and the error that ends it."""
    document = Document.of(path, scratch=scratch)
    SOURCE.recognise(document)
    tables = Tables()
    try:
        for rows in SOURCE.read(document, Reading()):
            tables.batches.setdefault(rows.table, []).append(rows.batch)
    except SourceError as problem:
        return tables, problem
    return tables, None


def test_the_public_sample(fixtures: Path, scratch: Path) -> None:
    """Nine messages in five conversations: numbers are one under any dress, and seconds are read as seconds."""
    path = fixtures / "sms-backup-xml/KhasMek+python-smsbackuptools/sms.xml"
    tables = read(SOURCE, path, scratch=scratch)
    assert len(tables.authored) == 9
    assert not tables.system
    assert len(tables.rows("conversations")) == 5
    assert tables.handles == {"me", "5555554455", "5555554545", "5555555455", "5555555555", "15555555655"}
    assert tables.warned == {"unit_assumed": 4, "clock_wrong": 3}
    first = tables.authored[0]
    assert first["sent_at"].isoformat() == "2012-04-21T22:10:17.074000+00:00"
    assert first["received_at"] == first["sent_at"]
    assert first["server_at"].isoformat() == "2012-04-21T21:10:14+00:00"
    assert (first["sent_at_written"], first["sent_at_precision"]) == ("1335046217074", "millisecond")
    assert (first["author"], first["outgoing"], first["row"]) == ("5555554455", False, "sms[0]")
    assert {row["sent_at"].year for row in tables.authored} == {2012, 2017}
    assert {row["name"] for row in tables.rows("participants", handle="5555554455")} == {"Robot Dog"}


def test_an_answer_never_stands_before_its_question(fixtures: Path, scratch: Path) -> None:
    """The real backup's network stamps are an hour early: the phone's clock orders, and every one of them is said."""
    path = fixtures / "sms-backup-xml/KhasMek+python-smsbackuptools/sms.xml"
    tables = read(SOURCE, path, scratch=scratch)
    (cat,) = tables.rows("conversations", platform_key="5555554545")
    talk = tables.rows("messages", conversation=cat["conversation"])
    assert [(row["row"], row["outgoing"]) for row in talk] == [("sms[2]", True), ("sms[3]", False), ("sms[4]", False)]
    assert [f"{row['sent_at']:%H:%M:%S}" for row in talk] == ["00:46:08", "00:46:59", "00:47:04"]
    assert [row["server_at"] and f"{row['server_at']:%H:%M:%S}" for row in talk] == [None, "23:46:58", "23:47:03"]
    warnings = tables.rows("warnings", kind="clock_wrong")
    assert [row["row"] for row in warnings] == ["sms[0]", "sms[3]", "sms[4]"]
    assert warnings[1]["detail"] == (
        "the network's stamp of sms[3] is 1 h 0 min 1 s before the phone's own time, which was taken; whole quarter"
        " hours, so it looks like a wrong zone in the network's stamp"
    )


def test_clocks_that_part_are_said_a_few_times_and_counted(put: Callable[..., Path], scratch: Path) -> None:
    """A late delivery, a zone, a stamp of the future: three warnings and one count; a minute is nothing."""
    base = 1_500_000_000_000
    sent = [
        base - 60_000, base + 60_000 - 30_600_000, base + 120_000 - 500_000, base + 180_000 + 500_000,
        base + 240_000 - 3_600_000,
    ]  # fmt: skip
    path = put(*(sms("+441", minute, f"{minute}", sent=stamp) for minute, stamp in enumerate(sent)))
    tables = read(SOURCE, path, scratch=scratch)
    assert tables.warned == {"clock_wrong": 4}
    details = [row["detail"] for row in tables.rows("warnings")]
    assert "8 h 30 min 0 s before the phone's own time, which was taken; whole quarter hours" in details[0]
    assert "8 min 20 s before the phone's own time, which was taken; delivery was late or" in details[1]
    assert "8 min 20 s after the phone's own time, which was taken; one of the two clocks is wrong" in details[2]
    assert details[3].startswith("4 received messages in all")
    assert "2 of them by whole quarter hours" in details[3]
    assert [row["text"] for row in tables.authored] == ["0", "1", "2", "3", "4"]


def test_conversations_interleave(put: Callable[..., Path], scratch: Path) -> None:
    """Positions count within each conversation."""
    path = put(sms("+441", 0, "a"), sms("+442", 1, "b"), sms("+44 1", 2, "c", kind=2), sms("+442", 3, "d"))
    tables = read(SOURCE, path, scratch=scratch)
    first, second = (row["conversation"] for row in tables.rows("conversations"))
    assert [(row["text"], row["position"]) for row in tables.rows("messages", conversation=first)] == [
        ("a", 0),
        ("c", 1),
    ]
    assert [(row["text"], row["position"]) for row in tables.rows("messages", conversation=second)] == [
        ("b", 0),
        ("d", 1),
    ]
    assert [row["author"] for row in tables.authored] == ["+441", "+442", "me", "+442"]


def test_a_backup_that_is_newest_first_is_turned_and_mms_are_merged(put: Callable[..., Path], scratch: Path) -> None:
    """Both lists are given oldest first, merged by time."""
    text = '<part seq="0" ct="text/plain" text="{}" data="null" />'
    path = put(
        sms("+441", 9, "nine"),
        sms("+441", 5, "five"),
        sms("+441", 1, "one"),
        mms("+441", 7, text.format("seven"), sender="+441"),
        mms("+441", 3, text.format("three"), sender="+441"),
    )
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["text"] for row in tables.authored] == ["one", "three", "five", "seven", "nine"]
    assert len(tables.rows("conversations")) == 1
    assert not tables.warned


def test_emoji_written_as_halves_are_joined(put: Callable[..., Path], scratch: Path) -> None:
    """Surrogate references, decimal and hexadecimal, become the character; a lone half becomes U+FFFD and is said."""
    path = put(
        sms("+441", 0, "hi &#55357;&#56832;!"),
        sms("+441", 1, "&#xD83D;&#xDE00;&#55357;&#56832; &amp; &lt;b&gt;"),
        sms("+441", 2, "Hangul &#55000; and &amp;#55357; typed"),
        sms("+441", 3, "half &#55357; bell &#7; end&#10;line"),
    )
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["text"] for row in tables.authored] == [
        "hi 😀!",
        "😀😀 & <b>",
        "Hangul 훘 and &#55357; typed",
        "half \ufffd bell \ufffd end\nline",
    ]
    assert tables.warned == {"invalid_text": 1}


@given(cuts=st.lists(st.integers(0, 120), max_size=8))
def test_mending_does_not_depend_on_where_chunks_end(cuts: list[int]) -> None:
    """A reference cut by the end of a chunk is mended as a whole one."""
    data = '<a b=\'é &#55357;&#56832; x &#xD83D;&#xDE00;&#xD83D;\' c="data=&#1;" data="QUJD"/> 😀'.encode()
    places = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    mender = Mender()
    pieces = [mender.feed(data[start:end], last=False) for start, end in pairwise(places)]
    whole = "".join([*pieces, mender.feed(b"", last=True)])
    assert whole == '<a b=\'é 😀 x 😀\ufffd\' c="data=\ufffd" data="QUJD"/> 😀'
    assert mender.replaced == 2


def test_group_mms_is_a_conversation_of_its_addresses(put: Callable[..., Path], scratch: Path) -> None:
    """The set of addresses, in any order and dress, is the conversation; the sender is its author."""
    picture = b"\x89PNG" + bytes(range(256)) * 400
    text = '<part seq="0" ct="text/plain" text="look" data="null" /><part ct="application/smil" text="&lt;smil/&gt;" />'
    data = base64.b64encode(picture).decode()
    image = f'<part seq="1" ct="image/png" name="null" cl="a.png" text="null" data="{data}" />'
    path = put(
        mms("+44 1~+442~+443", 0, text + image, sender="+442", sub="Night"),
        mms("+443~+441~+442", 1, text, box=2, sender="insert-address-token"),
        mms("+443~+441~+442", 2, text, sender="insert-address-token"),
    )
    tables = read(SOURCE, path, scratch=scratch)
    (conversation,) = tables.rows("conversations")
    assert (conversation["kind"], conversation["platform"]) == ("group", "mms")
    assert conversation["platform_key"] == "+441~+442~+443"
    assert [row["author"] for row in tables.authored] == ["+442", "me", ""]
    assert [row["text"] for row in tables.authored] == ["Night\nlook", "look", "look"]
    assert tables.authored[0]["kind"] == "image"
    (attachment,) = tables.rows("attachments")
    assert attachment["sha256"] == hashlib.sha256(picture).hexdigest()
    assert (attachment["bytes"], attachment["held"], attachment["name"]) == (len(picture), "held", "a.png")
    assert tables.warned == {"author_uncertain": 1}


def test_a_picture_of_many_megabytes_is_hashed_and_never_held(put: Callable[..., Path], scratch: Path) -> None:
    """Base64 beyond what a parser takes in one attribute is read, and the text around it is untouched."""
    picture = hashlib.sha256(b"x").digest() * 400_000
    image = f'<part ct="video/mp4" cl="b.mp4" data="{base64.b64encode(picture).decode()}" />'
    path = put(mms("+441", 0, image, sender="+441"), sms("+441", 1, "after, data=&quot;QUJD&quot; typed"))
    tables = read(SOURCE, path, scratch=scratch)
    (attachment,) = tables.rows("attachments")
    assert attachment["sha256"] == hashlib.sha256(picture).hexdigest()
    assert attachment["bytes"] == len(picture)
    assert tables.rows("messages", kind="text")[0]["text"] == 'after, data="QUJD" typed'


def test_repeated_records_are_read_once(put: Callable[..., Path], scratch: Path) -> None:
    """Same address, time, type and body: one message, and the other place is given."""
    path = put(sms("+441", 0, "a"), sms("+44-1", 0, "a"), sms("+441", 0, "b"), sms("+441", 0, "a", kind=2))
    tables = read(SOURCE, path, scratch=scratch)
    assert len(tables.authored) == 3
    assert tables.warned == {"duplicate_record": 1}
    (warning,) = tables.rows("warnings")
    assert warning["row"] == "sms[1]"
    assert "sms[0]" in warning["detail"]


def test_what_was_never_sent_is_said(put: Callable[..., Path], scratch: Path) -> None:
    """A draft has no sent_at; drafts, failed and waiting messages each have a warning."""
    path = put(*(sms("+441", kind, "x", kind=kind) for kind in (2, 3, 4, 5, 6, 9)))
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["sent_at"] is None for row in tables.authored] == [False, True, False, False, False, False]
    assert tables.warned == {"not_sent": 4, "unknown_value": 1}


def test_calls_are_messages_of_kind_call(put: Callable[..., Path], scratch: Path) -> None:
    """A call is by whoever rang."""
    call = '<call number="{}" duration="61" date="150000000000{}" type="{}" presentation="1" contact_name="Kit" />'
    path = put(call.format("+441", 1, 1), call.format("+441", 2, 2), call.format("", 3, 3), root="calls")
    tables = read(SOURCE, path, scratch=scratch)
    assert [(row["kind"], row["author"]) for row in tables.authored] == [("call", "+441"), ("call", "me"), ("call", "")]


def test_a_backup_cut_in_half_gives_what_stands_before(put: Callable[..., Path], scratch: Path) -> None:
    """Records before the cut are read, and the rest is said to be unreadable."""
    path = put(*(sms("+441", minute, f"text {minute}") for minute in range(9)), cut=1500)
    tables, problem = before_damage(path, scratch)
    assert isinstance(problem, Unreadable)
    assert [row["text"] for row in tables.authored] == [f"text {minute}" for minute in range(len(tables.authored))]
    assert len(tables.authored) >= 4


def test_fewer_records_than_stated_is_said(put: Callable[..., Path], scratch: Path) -> None:
    """The root's count is compared."""
    tables = read(SOURCE, put(sms("+441", 0, "a"), count=7), scratch=scratch)
    assert tables.warned == {"unreadable": 1}


def test_odd_values_are_warnings(put: Callable[..., Path], scratch: Path) -> None:
    """Dates that are none, missing attributes and unknown elements lose nothing else."""
    path = put(
        '<sms address="+441" date="soon" type="1" body="a" />',
        "<sms />",
        "<draft/>",
        '<sms address="+441" date="99999999999999999999" type="1" body="b" />',
        sms("+441", 0, "ok"),
    )
    tables = read(SOURCE, path, scratch=scratch)
    assert sorted(str(row["text"]) for row in tables.authored) == ["None", "a", "b", "ok"]
    assert tables.warned["impossible_date"] == 3
    assert tables.warned["unknown_value"] == 2
    assert tables.warned["author_uncertain"] == 1


def test_entities_are_refused(tmp_path: Path, scratch: Path) -> None:
    """A backup that declares a document type is not read at all."""
    path = tmp_path / "bomb.xml"
    path.write_text('<?xml version="1.0"?><!DOCTYPE smses [<!ENTITY a "x">]><smses><sms body="&a;"/></smses>')
    with pytest.raises(Unreadable):
        SOURCE.recognise(Document.of(path, scratch=scratch))


def test_a_value_beyond_the_parsers_limit_is_typed(put: Callable[..., Path], scratch: Path) -> None:
    """One text of 18 MB stops the reading with a sentence; what stood before is given."""
    tables, problem = before_damage(put(sms("+441", 0, "a"), sms("+441", 1, "b " * 9_000_000)), scratch)
    assert isinstance(problem, LimitReached)
    assert [row["text"] for row in tables.authored] == ["a"]


@pytest.mark.parametrize(
    "content", [b"", b"<smsesx/>", b"<html><smses/></html>", b"{}", b"<?xml version='1.0'?>", b"\x00"]
)
def test_other_documents_are_refused(content: bytes, tmp_path: Path, scratch: Path) -> None:
    """The root element decides."""
    path = tmp_path / "sms.xml"
    path.write_bytes(content)
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document.of(path, scratch=scratch))


GOOD = (
    HEAD
    + '<smses count="3">'
    + sms("+441", 0, "a &#55357;&#56832;")
    + mms("+441~+442", 1, '<part ct="image/png" data="QUJD"/><part ct="text/plain" text="x"/>', sender="+442")
    + sms("+441", 2, "b", kind=2)
    + "</smses>"
).encode()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, len(GOOD)),
    length=st.integers(0, 40),
    patch=st.binary(max_size=12) | st.sampled_from([b"&#55357;", b'"', b"<", b"&x;", b"<![CDATA[", b"<!DOCTYPE a>"]),
    keep=st.booleans(),
)
def test_damage_never_crashes(tmp_path: Path, at: int, length: int, patch: bytes, keep: bool) -> None:
    """Any part of a good backup may be replaced or the rest cut off."""
    path = tmp_path / "backup.xml"
    path.write_bytes(GOOD[:at] + patch + (GOOD[at + length :] if keep else b""))
    document = Document(file=ExhibitFile.of(path), siblings={}, scratch=tmp_path)
    with contextlib.suppress(SourceError):
        read_document(SOURCE, document)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_arbitrary_bytes_never_crash(tmp_path: Path, content: bytes) -> None:
    """Whatever follows the root."""
    path = tmp_path / "backup.xml"
    path.write_bytes(b"<smses>" + content)
    with contextlib.suppress(SourceError):
        read_document(SOURCE, Document(file=ExhibitFile.of(path), siblings={}, scratch=tmp_path))
