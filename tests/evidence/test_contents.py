"""What a case holds: counted, narrowed and streamed."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from upstander.errors import CaseDamaged, UsageError
from upstander.evidence import contents
from upstander.evidence.contents import Totals, Window
from upstander.evidence.intake import Handed
from upstander.stages import ingest
from upstander.storage import Case, Home
from upstander.storage.scan import scan

NOW = datetime(2018, 3, 1, 9, 30, tzinfo=UTC)

#: Seconds since 1970 of 1 March 2018, 07:00 UTC.
MORNING = 1519887600


def _chat(path: Path, *, name: str, key: int, number: int, step: int = 86_400) -> Path:
    """A Telegram group with one system event and `number` messages, `step` seconds apart, by two people."""
    service = {
        "id": 1,
        "type": "service",
        "date": "2018-03-01T07:00:00",
        "date_unixtime": str(MORNING),
        "actor": "Ash",
        "actor_id": "user1",
        "action": "create_group",
        "title": name,
        "members": [],
    }
    messages: list[dict[str, Any]] = [
        {
            "id": 2 + index,
            "type": "message",
            "date": "2018-03-01T07:00:00",
            "date_unixtime": str(MORNING + index * step),
            "from": ("Ash", "Bo")[index % 2],
            "from_id": f"user{1 + index % 2}",
            "text": f"number {index}",
        }
        for index in range(number)
    ]
    held = {"name": name, "type": "private_group", "id": key, "messages": [service, *messages]}
    path.write_text(json.dumps(held))
    return path


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Two exhibits that show a group of one name, a third that shows another, and a file that nobody can read."""
    case = Home(tmp_path / "home").new("C-1", title="C", now=NOW)
    (tmp_path / "odd.bin").write_bytes(b"\x00\x01\x02")
    for reference, path in (
        ("AB/10", _chat(tmp_path / "1.json", name="Late turn", key=1, number=60)),
        ("AB/2", _chat(tmp_path / "2.json", name="Late turn", key=1, number=40)),
        ("AB/3", _chat(tmp_path / "3.json", name="Football", key=2, number=5)),
        ("AB/4", tmp_path / "odd.bin"),
    ):
        ingest(case, [path], Handed(reference=reference), now=NOW, progress=lambda *_: None)
    return case


def test_totals(case: Case) -> None:
    """Exhibits, conversations, authored messages, system events, participants and warnings, counted apart."""
    warned = contents.warnings_by_kind(case)
    assert contents.totals(case) == Totals(
        exhibits=4,
        conversations=3,
        messages=105,
        system_events=3,
        participants=6,
        warnings=sum(warned.values()),
    )
    assert warned["unknown_format"] == 1


def test_an_empty_case_counts_nothing(tmp_path: Path) -> None:
    """Every query answers for a case without tables."""
    case = Home(tmp_path).new("C-2", title="", now=NOW)
    assert contents.totals(case) == Totals(0, 0, 0, 0, 0, 0)
    assert contents.exhibits(case) == []
    assert contents.conversations(case) == []
    assert list(contents.messages(case, Window())) == []
    assert contents.months(case) == {}
    assert contents.names(case) == {}
    assert contents.counts_by_exhibit(case) == {}
    assert list(contents.warnings(case)) == []


def test_order_is_that_of_people(case: Case) -> None:
    """References sort as numbers do, and conversations stand with their exhibits."""
    assert [row["reference"] for row in contents.exhibits(case)] == ["AB/2", "AB/3", "AB/4", "AB/10"]
    assert [row["messages"] for row in contents.conversations(case)] == [40, 5, 60]


def test_counts_by_exhibit(case: Case) -> None:
    """Each exhibit's own counts; what nothing was read from has none."""
    references = {row["exhibit"]: row["reference"] for row in contents.exhibits(case)}
    found = {references[exhibit]: counts for exhibit, counts in contents.counts_by_exhibit(case).items()}
    assert found.keys() == {"AB/2", "AB/3", "AB/10"}
    assert (found["AB/2"]["messages"], found["AB/2"]["system_events"], found["AB/2"]["participants"]) == (40, 1, 2)


def test_a_title_names_every_view_of_a_group(case: Case) -> None:
    """A title finds all conversations of it; an id or its beginning finds one; neither guesses."""
    both = contents.conversations_named(case, "late TURN")
    assert len(both) == 2
    assert contents.conversations_named(case, both[0]) == (both[0],)
    assert contents.conversations_named(case, both[0][:8].upper()) == (both[0],)
    for asked in ("late", "", "a", "zzzzzz"):
        with pytest.raises(UsageError, match="no conversation"):
            contents.conversations_named(case, asked)


def test_a_beginning_of_several_ids_is_refused(case: Case) -> None:
    """Of exhibits whose digests begin alike, a beginning that fits both is not decided."""
    with pytest.raises(UsageError, match="beginning of 2 exhibits"):
        contents._exactly([{"exhibit": "abcd1"}, {"exhibit": "abcd2"}], "exhibit", "abcd", "look")


def test_exhibits_are_found_by_reference_and_digest(case: Case) -> None:
    """The reference, or the beginning of the SHA-256."""
    (digest,) = contents.exhibits_named(case, "AB/3")
    assert contents.exhibits_named(case, digest[:10]) == [digest]
    with pytest.raises(UsageError, match="no exhibit"):
        contents.exhibits_named(case, "AB/33")


def test_messages_come_in_the_order_of_their_export(case: Case) -> None:
    """Every row once; conversation after conversation, position after position."""
    rows = [
        (str(conversation), position)
        for batch in contents.messages(case, Window())
        for conversation, position in batch.select("conversation", "position").iter_rows()
    ]
    assert len(rows) == len(set(rows)) == 108
    starts = [conversation for (conversation, position) in rows if position == 0]
    assert len(starts) == 3
    assert rows == sorted(rows, key=lambda row: (starts.index(row[0]), row[1]))


def test_a_window_narrows_by_conversation_and_time(case: Case) -> None:
    """`since` is the first instant asked for and `until` the first that is not."""
    both = contents.conversations_named(case, "Late turn")
    since = datetime(2018, 3, 11, 7, tzinfo=UTC)
    until = datetime(2018, 3, 13, 7, tzinfo=UTC)
    window = Window(conversations=both, since=since, until=until)
    texts = [text for batch in contents.messages(case, window) for text in batch["text"].to_list()]
    assert texts == ["number 10", "number 11"] * 2
    assert window.dated
    assert not Window(conversations=both).dated
    assert contents.undated(case, window) == 0


def test_months_count_authored_messages(case: Case) -> None:
    """System events are not among them; the months are of UTC."""
    found = contents.months(case)
    (football,) = contents.conversations_named(case, "Football")
    assert found[football] == {(2018, 3): 5}
    assert sum(count for counts in found.values() for count in counts.values()) == 105


def test_warnings_have_their_exhibits_reference(case: Case) -> None:
    """Narrowed by kind and by exhibit; an unknown kind is refused at once, not when the list is read."""
    (row,) = contents.warnings(case, kind="unknown_format")
    assert row["reference"] == "AB/4"
    assert list(contents.warnings(case, kind="unknown_format", exhibits=contents.exhibits_named(case, "AB/3"))) == []
    assert contents.warnings_by_kind(case, exhibits=[row["exhibit"]]) == {"unknown_format": 1}
    with pytest.raises(UsageError, match="no kind of warning"):
        contents.warnings(case, kind="nope")


def test_a_damaged_table_is_named(case: Case) -> None:
    """A file that is no Parquet any more raises one error, whichever query meets it."""
    for path in case.tables.glob("*/messages.parquet"):
        path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(CaseDamaged, match="upstander rebuild"):
        list(contents.messages(case, Window()))
    with pytest.raises(CaseDamaged, match="upstander rebuild"):
        contents.months(case)


def test_names_tell_two_people_apart(case: Case) -> None:
    """A name that two handles of a conversation share has the handle added."""
    named = contents.names(case)
    people = scan(case, "participants").collect()
    expected = {
        (conversation, handle)
        for conversation, handle, name in people.select("conversation", "handle", "name").iter_rows()
        if name is not None
    }
    assert named.keys() == expected
