"""Apple Messages: attributed texts, edit histories and apps' payloads, of a public test corpus and invented."""

import plistlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.messages_db import NOW, archived, stream, summary

from upstander.evidence.sources.imessage.archive import property_list, unarchived
from upstander.evidence.sources.imessage.payload import Payload, read_payload
from upstander.evidence.sources.imessage.summary import read_summary
from upstander.evidence.sources.imessage.typedstream import attributed
from upstander.evidence.sources.imessage.values import instant, owner_handle, precision, target_of


@pytest.fixture(scope="session")
def corpus(fixtures: Path) -> dict[str, bytes]:
    """Blobs of imessage-exporter's test data, by their short names."""
    folder = fixtures / "imessage" / "ReagentX+imessage-exporter"
    if not folder.is_dir():
        pytest.skip(f"real blobs are absent: no folder {folder}")
    return {path.name.split("__")[-1]: path.read_bytes() for path in sorted(folder.iterdir())}


def test_corpus_is_counted(corpus: dict[str, bytes]) -> None:
    """27 blobs: 16 payloads of links and apps, 4 edit summaries, 7 attributed texts; every one is read here."""
    assert len(corpus) == 27
    assert len(_TEXTS) == 7
    assert len(_EDITS) == 4
    assert len(_PAYLOADS) == 16
    assert _TEXTS.keys() | _EDITS.keys() | _PAYLOADS.keys() == corpus.keys()


_TEXTS = {
    "AttributedBodyTextOnly": ("Noter test", [10]),
    "AttributedBodyTextOnly2": ("Test 3", [6]),
    "Blank": ("", []),
    "ExtraData": ("This is parsing  ", []),
    "MultiPart": ("\ufffctest 1\ufffctest 2 \ufffctest 3", [1, 6, 1, 7, 1, 6]),
    "URL": ("https://github.com/ReagentX/Logria", [34]),
    "WeirdText": ("𝖍𝖊𝖑𝖑𝖔 𝖜𝖔𝖗𝖑𝖉", [21]),
}


@pytest.mark.parametrize("name", _TEXTS)
def test_real_attributed_text_is_read(corpus: dict[str, bytes], name: str) -> None:
    """Text and length of each run are those in the bytes; the one cut short by its makers is said to be so."""
    text, lengths = _TEXTS[name]
    found = attributed(corpus[name])
    assert found.text == text
    assert [run.length for run in found.runs] == lengths
    assert found.whole == (name != "ExtraData")
    # Runs count UTF-16 units and cover the text.
    assert not lengths or sum(lengths) == len(text.encode("utf-16-le")) // 2
    assert attributed(corpus[name], runs=False).text == text


def test_real_attributes_are_read(corpus: dict[str, bytes]) -> None:
    """Parts are numbered, places of attachments carry their guid, and a link its address."""
    runs = attributed(corpus["MultiPart"]).runs
    assert [run.attributes["__kIMMessagePartAttributeName"] for run in runs] == [0, 1, 2, 3, 4, 5]
    guids = [run.attributes.get("__kIMFileTransferGUIDAttributeName") for run in runs]
    assert guids == [
        "at_0_F0668F79-20C2-49C9-A87F-1B007ABB0CED",
        None,
        "at_2_F0668F79-20C2-49C9-A87F-1B007ABB0CED",
        None,
        "at_4_F0668F79-20C2-49C9-A87F-1B007ABB0CED",
        None,
    ]
    (link,) = attributed(corpus["URL"]).runs
    assert link.attributes["__kIMLinkAttributeName"] == "https://github.com/ReagentX/Logria"
    assert link.attributes["__kIMBaseWritingDirectionAttributeName"] == -1
    assert link.attributes["__kIMDataDetectedAttributeName"].startswith(b"bplist00")
    assert len(link.attributes["__kIMDataDetectedAttributeName"]) == 582


_EDITS = {
    "Edited.plist": [
        (0, "First message  ", "2022-11-19T01:17:54.273"),
        (0, "Edit 1", "2022-11-19T01:18:00.469"),
        (0, "Edit 2", "2022-11-19T01:18:05.972"),
        (0, "Edited message", "2022-11-19T01:18:14.012"),
    ],
    "EditedToLink.plist": [
        (1, "here we go!", "2022-11-19T01:26:44.271"),
        (1, "https://github.com/ReagentX/imessage-exporter/issues/10", "2022-11-19T01:39:32.182"),
    ],
    "EditedToLinkAndBack.plist": [
        (0, "This is a normal message", "2022-11-19T01:40:09.334"),
        (0, "Edit to a url https://github.com/ReagentX/imessage-exporter/issues/10", "2022-11-19T01:40:19.878"),
        (0, "And edit it back to a normal message...", "2022-11-19T01:40:34.158"),
    ],
    "Deleted.plist": [],
}


@pytest.mark.parametrize("name", _EDITS)
def test_real_edit_history_is_read(corpus: dict[str, bytes], name: str) -> None:
    """Every version has its text and its time to the millisecond; an unsent message has none and says so."""
    found = read_summary(corpus[name])
    got = [
        (version.part, version.text, datetime.fromtimestamp((version.at or 0) / 1000, UTC).isoformat()[:23])
        for version in found.versions
    ]
    assert got == _EDITS[name]
    assert found.whole
    assert found.fully_unsent == (name == "Deleted.plist")


_PAYLOADS = {
    "ApplePayRecurring.plist": Payload(text="Sending you $1 weekly starting Nov 18, 2023", title="Apple\xa0Cash"),
    "Business.plist": Payload(text="Yes, connect me with Goldman Sachs.", title="Business"),
    "CheckinEnded.plist": Payload(text="Check\xa0In: Ended", title="Check\xa0In"),
    "CheckinLate.plist": Payload(
        text="Check\xa0In: Has not checked in when expected, location shared", title="Check\xa0In"
    ),
    "CheckinLocation.plist": Payload(text="Check\xa0In: Fake Location", title="Check\xa0In"),
    "CheckinTimer.plist": Payload(text="Check\xa0In: Timer Started", title="Check\xa0In"),
    "FindMy.plist": Payload(text="Started Sharing Location", title="Find My"),
    "Game.plist": Payload(text="Dots & Boxes\nYour move.", title="GamePigeon"),
    "OpenTableInvited.plist": Payload(
        text="Rusty Grill - Boise\nReservation Confirmed\nTable for 4 people\nSunday, October 17 at 7:45 PM\n"
        "You're invited! Tap to accept.",
        url="https://www.opentable.com/book/view?rid=0000000&confnumber=00000"
        "&invitationId=1234567890-abcd-def-ghij-4u5t1sv3ryc00l",
        title="OpenTable",
    ),
    "Sent265.plist": Payload(text="Sent $265 with Apple\xa0Pay.\nApple\xa0Cash\n$265\xa0Payment", title="Apple\xa0Pay"),
    "Slideshow.plist": Payload(
        text="Home - 37 Photos", url="https://share.icloud.com/photos/1337h4x0r_jk#Home", title="Photos"
    ),
    "SharedPlacemark.plist": Payload(
        url="https://maps.apple.com/?address=Cherry%20Cove,%20Avalon,%20CA%20%2090704,%20United%20States"
        "&ll=33.450858,-118.508212&q=Cherry%20Cove&t=m",
        title="Cherry Cove Avalon CA 90704 United States",
        place=True,
    ),
    "MetadataURL.plist": Payload(
        url="https://chrissardegna.com", title="Christopher Sardegna", summary="Sample page description"
    ),
    "Reminder.plist": Payload(url="https://www.icloud.com/reminders/ZmFrZXVybF9mb3JfcmVtaW5kZXI#TestList"),
    "Twitter.plist": Payload(
        url="https://twitter.com/rxcs/status/1175874352946077696",
        title="Christopher Sardegna on Twitter",
        summary="“Hello Twitter, meet Bella”",
    ),
    "URL.plist": Payload(url="https://chrissardegna.com", title="Christopher Sardegna"),
}


@pytest.mark.parametrize("name", _PAYLOADS)
def test_real_payload_is_read(corpus: dict[str, bytes], name: str) -> None:
    """Words, address and title of each app's bubble and each preview are those in the property list."""
    assert read_payload(corpus[name]) == _PAYLOADS[name]


def test_a_cut_stream_gives_what_is_there(corpus: dict[str, bytes]) -> None:
    """Cut anywhere, an attributed text gives its beginning or nothing, and is never taken for whole."""
    for name in ("MultiPart", "URL", "AttributedBodyTextOnly2"):
        data, text = corpus[name], _TEXTS[name][0]
        for end in range(len(data)):
            found = attributed(data[:end])
            assert not found.whole
            assert found.text is None or text.startswith(found.text.rstrip("\ufffd"))


def test_invented_stream_is_read_as_made() -> None:
    """Long texts, empty ones and several attachments are read as they were written."""
    for text in ("", "a", "é" * 90, "x" * 40_000):
        assert attributed(stream(text)).text == text
        assert attributed(stream(text), runs=False).text == text
    found = attributed(stream("two", "at_1", "at_2"))
    assert found.whole
    assert found.text == "\ufffc\ufffctwo"
    assert [run.attributes for run in found.runs] == [
        {"__kIMFileTransferGUIDAttributeName": "at_1"},
        {"__kIMFileTransferGUIDAttributeName": "at_2"},
    ]


@given(st.binary(max_size=300), st.integers(0, 500), st.booleans())
def test_any_bytes_are_read_without_a_fault(noise: bytes, at: int, replace: bool) -> None:
    """Bytes that are no stream, list or payload, or one with noise inside, give what can be read and no exception."""
    for good in (stream("kettle on?", "at_1"), summary({0: [("a", 1.0), ("b", 2.0)]}), archived({"ldtext": "x"})):
        place = at % len(good)
        bad = good[:place] + noise + good[place + (len(noise) if replace else 0) :]
        for data in (noise, bad):
            attributed(data)
            attributed(data, runs=False)
            read_summary(data)
            read_payload(data)
            property_list(data)


def test_an_archive_that_refers_to_itself_ends() -> None:
    """Objects that hold themselves, many times over, are followed to a limit."""
    objects = ["$null", {"NS.objects": [plistlib.UID(1)] * 50}, {"a": plistlib.UID(99)}]
    for root in (1, 2):
        whole = {"$archiver": "NSKeyedArchiver", "$top": {"root": plistlib.UID(root)}, "$objects": objects}
        assert unarchived(plistlib.dumps(whole, fmt=plistlib.FMT_BINARY)) is not None


def test_odd_summary_is_read_in_part() -> None:
    """Versions without text or time stay, and what is no version makes the reading partial."""
    odd = {"ec": {"0": [{"t": b"no stream", "d": "x"}, 7], "x": [], "1": {}}, "rp": [0, "1", "x"], "otr": 5}
    found = read_summary(plistlib.dumps(odd))
    assert [(version.text, version.at) for version in found.versions] == [(None, None), (None, None)]
    assert not found.whole
    assert found.unsent == {0, 1}
    assert not found.fully_unsent
    assert not read_summary(b"nothing").whole
    assert read_summary(None) == read_summary(plistlib.dumps({"amc": 0}))


@pytest.mark.parametrize(
    ("stored", "milliseconds", "fine"),
    [
        (NOW, (NOW + 978_307_200) * 1000, "second"),
        (NOW * 10**9, (NOW + 978_307_200) * 1000, "second"),
        (NOW * 10**9 + 250_000_000, (NOW + 978_307_200) * 1000 + 250, "millisecond"),
        (690513474.2725511, 1_668_820_674_273, "millisecond"),
        (0, None, "second"),
        (None, None, "second"),
        ("soon", None, "second"),
        (float("nan"), None, "second"),
        (2**63 - 1, None, "millisecond"),
        (-(2**62), None, "millisecond"),
    ],
)
def test_a_time_is_in_seconds_or_nanoseconds(stored: object, milliseconds: int | None, fine: str) -> None:
    """Both units are told apart by size; nought is none, and what cannot be is none."""
    assert instant(stored) == milliseconds
    if isinstance(stored, int):
        assert precision(stored) == fine


def test_addresses_are_read() -> None:
    """Account columns lose their prefix and name nobody where they hold an id; targets lose the part they name."""
    assert owner_handle("P:+447700900009") == "+447700900009"
    assert owner_handle("E:me@example.org") == "me@example.org"
    assert owner_handle("P:") is None
    assert owner_handle("9C1B2A2E-0000-0000-0000-000000000000") is None
    assert target_of("p:3/ABC") == ("ABC", 3)
    assert target_of("bp:ABC") == ("ABC", None)
    assert target_of("ABC") == ("ABC", None)
    assert target_of(None) == (None, None)
    assert target_of(b"p:0/\xff")[1] == 0
