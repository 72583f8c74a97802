"""The transcript: every row of the tables is in it once, where it belongs, and it is made again when they change."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from tests.support.made_case import Made, make, say

from upstander.errors import CaseBusy
from upstander.evidence.transcript import Line, Transcript
from upstander.evidence.transcript.building import TRANSCRIPT
from upstander.stages.exhibits import reconcile
from upstander.stages.naming import spot
from upstander.stages.transcripts import transcript
from upstander.storage import Case, Home
from upstander.storage.scan import collect, scan

NOW = dt.datetime(2018, 4, 1, tzinfo=dt.UTC)


def _made(home: Path, reference: str = "TR-1") -> tuple[Case, Made]:
    case = Home(home).new(reference, title="transcript", now=NOW)
    return case, make(case)


def _settled(case: Case, exhibit: Made) -> Transcript:
    exhibit.close()
    with case.writing():
        reconcile(case, progress=lambda *_: None)
    return transcript(case)


def _lines(told: Transcript) -> list[tuple[str, Line]]:
    return [(of.conversation, line) for of in told.conversations() for line in told.lines(of, 0, of.lines)]


@pytest.fixture(scope="module")
def whole(sample_case: Case) -> Transcript:
    """The transcript of the sample operation."""
    return transcript(sample_case)


@pytest.fixture(scope="module")
def sample_case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Two phones of the sample's kind, made small: what hangs on messages, and gaps both ways."""
    case, exhibit = _made(tmp_path_factory.mktemp("transcript") / "home")
    for name in ("a", "b", "c"):
        group = exhibit.conversation(name, platform_key=name)
        for place in range(40):
            undated = {"sent_at": None} if place % 9 == 4 else {}
            row = say(group, place, f"{name} {place}", platform_key=f"{name}{place}", author=f"P{place % 5}", **undated)
            if place % 4 == 0:
                group.reaction(f"r{place}", emoji="+", message=row, target_key=f"{name}{place}", participant="P1")
                group.attachment(row, ordinal=0, kind="image", held="absent", name=f"{place}.jpg")
            if place % 7 == 0:
                for version in (1, 2):
                    group.edit(f"e{place}", version=version, text=f"v{version}", message=row)
        say(group, 50, "answers", platform_key=f"{name}50", reply_to=f"{name}3")
        say(group, 51, "answers what is gone", platform_key=f"{name}51", reply_to="gone")
    exhibit.close()
    with case.writing():
        reconcile(case, progress=lambda *_: None)
    return case


def test_every_row_is_on_its_line_once(sample_case: Case, whole: Transcript) -> None:
    """Sightings, gaps, reactions, versions, attachments and traces, counted against the tables."""
    lines = _lines(whole)
    sightings = collect(scan(sample_case, "sightings"))
    assert Counter(held.sighting for _, line in lines for held in line.held) == Counter(sightings["sighting"])
    assert len(lines) == sightings.filter("lead").height
    gaps = collect(scan(sample_case, "gaps"))
    assert sum(len(line.lacked) + len(line.traces) for _, line in lines) == gaps.height
    for name, hanging in (("reactions", "reactions"), ("edits", "versions"), ("attachments", "attachments")):
        rows = collect(scan(sample_case, name))
        assert sum(len(getattr(line, hanging)) for _, line in lines) == rows.height > 0
    texts = dict(collect(scan(sample_case, "messages").select("message", "text")).iter_rows())
    assert all(line.text == texts[line.sighting] for _, line in lines)


def test_lines_are_in_order_and_slices_of_them_agree(whole: Transcript) -> None:
    """Any stretch is that stretch of the whole; beyond the ends there is nothing."""
    for of in whole.conversations():
        every = whole.lines(of, 0, of.lines)
        assert [line.ordinal for line in every] == sorted(line.ordinal for line in every)
        assert whole.lines(of, 7, 19) == every[7:19]
        assert whole.lines(of, -5, 3) == every[:3]
        assert whole.lines(of, of.lines - 2, of.lines + 50) == every[-2:]
        assert whole.lines(of, of.lines, of.lines + 9) == []


def test_a_message_is_found_by_each_of_its_ids_and_by_no_other(whole: Transcript) -> None:
    """Whole ids, beginnings that are one message's alone, and nothing else."""
    for conversation, line in _lines(whole):
        for held in line.held:
            found = whole.find(held.sighting)
            assert found is not None
            of, place = found
            assert (of.conversation, whole.lines(of, place, place + 1)[0].message) == (conversation, line.message)
    first = _lines(whole)[0][1]
    assert whole.find(first.message[:6]) is None
    for asked in ("", "zzzz", "\U0010ffff", first.message + "0000", "\x00"):
        assert whole.find(asked) is None


def test_a_day_leads_to_its_first_line(whole: Transcript) -> None:
    """An undated line is as late as what stands before it; a day after the end leads to the last line."""
    for of in whole.conversations():
        every = whole.lines(of, 0, of.lines)
        dated = [(place, line) for place, line in enumerate(every) if line.at is not None]
        for place, line in dated:
            assert line.at is not None
            found = whole.place_at(of, line.at)
            assert found <= place
            assert all(other.at is None or other.at < line.at for other in every[:found])
        assert whole.place_at(of, dt.datetime(1990, 1, 1, tzinfo=dt.UTC)) == dated[0][0]
        assert whole.place_at(of, dt.datetime(2090, 1, 1, tzinfo=dt.UTC)) == of.lines - 1
        assert all(whole.place_of(of, line.ordinal) == place for place, line in enumerate(every))


def test_what_a_message_answers_is_named_where_the_conversation_has_it(whole: Transcript) -> None:
    """By the platform's key, in the same conversation only; what is gone is said to be."""
    for of in whole.conversations():
        every = {line.text: line for line in whole.lines(of, 0, of.lines)}
        name = next(text for text in every if text and text.endswith(" 3")).partition(" ")[0]
        assert every["answers"].answered == every[f"{name} 3"].message
        assert every["answers"].answers == every[f"{name} 3"].ordinal
        assert every["answers what is gone"].answering
        assert every["answers what is gone"].answers is None
        assert not every[f"{name} 5"].answering


def test_it_is_made_again_when_the_tables_have_changed(tmp_path: Path) -> None:
    """And not when they have not; an older one is read while somebody writes to the case."""
    case, exhibit = _made(tmp_path)
    group = exhibit.conversation("a")
    say(group, 0, "one")
    told = _settled(case, exhibit)
    written = (case.index / TRANSCRIPT / "record.json").stat().st_mtime_ns
    assert transcript(case).made_from == told.made_from
    assert (case.index / TRANSCRIPT / "record.json").stat().st_mtime_ns == written
    again = make(case, b"another export")
    group = again.conversation("b")
    say(group, 0, "two")
    again.close(reference="AB/2")
    with case.writing():
        assert [line.text for _, line in _lines(transcript(case))] == ["one"]
        reconcile(case, progress=lambda *_: None)
    assert sorted(line.text or "" for _, line in _lines(transcript(case))) == ["one", "two"]


def test_without_any_a_busy_case_is_said_to_be_busy(tmp_path: Path) -> None:
    """There is nothing to read meanwhile."""
    case, exhibit = _made(tmp_path)
    say(exhibit.conversation("a"), 0, "one")
    exhibit.close()
    with case.writing(), pytest.raises(CaseBusy):
        transcript(case)


def test_a_damaged_one_is_made_again(tmp_path: Path) -> None:
    """A record that cannot be read is none."""
    case, exhibit = _made(tmp_path)
    say(exhibit.conversation("a"), 0, "one")
    _settled(case, exhibit)
    (case.index / TRANSCRIPT / "record.json").write_text("{", encoding="utf-8")
    assert Transcript(case.index / TRANSCRIPT).made_from is None
    case.tables.touch()
    transcript.__globals__["_opened"].cache_clear()
    assert [line.text for _, line in _lines(transcript(case))] == ["one"]


def test_a_case_without_conversations_has_a_transcript_without_lines(tmp_path: Path) -> None:
    """Nothing was taken in yet."""
    case, _ = _made(tmp_path)
    told = transcript(case)
    assert (told.count, told.conversations(), told.find("0123"), told.counted("x")) == (0, [], None, 0)


def test_what_an_id_stands_for_is_of_the_tables_as_they_are(tmp_path: Path) -> None:
    """It is remembered while they stand; made again, it is another."""
    case, exhibit = _made(tmp_path)
    say(exhibit.conversation("a"), 0, "one", author="Ann")
    told = _settled(case, exhibit)
    ((_, line),) = _lines(told)
    assert told.line(line.message) == (told.conversations()[0], line)
    assert told.line("f" * 16) is None
    for _ in range(2):
        place = spot(case, line.message)
        assert place is not None
        assert place.by == "Ann"
    again = make(case)
    say(again.conversation("a"), 0, "one", author="Bo")
    _settled(case, again)
    place = spot(case, line.message)
    assert place is not None
    assert place.by == "Bo"
