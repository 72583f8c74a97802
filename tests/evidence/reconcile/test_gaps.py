"""Why a capture lacks a message: every reason, on a few rows."""

from pathlib import Path
from typing import Any

import pytest
from tests.support.made_captures import MINUTE, START, Given, Row, add, check, new_case, notice, said, tables

from upstander.storage import Case

WORDS = ("alder", "birch", "cedar", "elder", "hazel", "holly", "larch", "maple", "osier", "poplar", "rowan", "spruce")
UNIQUE = [f"the {word} van is parked behind the station" for word in WORDS]
GROUP = "1@g.us"
HOUR, DAY = 60 * MINUTE, 86_400_000


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty case."""
    return new_case(tmp_path)


def _keyed(texts: list[str] = UNIQUE, *, rows: bool = True, step: int = HOUR) -> list[Row]:
    """Messages of a database, `step` apart, with keys and rows from 1 on."""
    return [
        {
            "place": number, "sent_at": START + number * step, "author": "AB"[number % 2], "text": text,
            "platform_key": f"K{number}", "row": f"message:{number + 1}" if rows else None,
        }
        for number, text in enumerate(texts)
    ]  # fmt: skip


def _without(rows: list[Row], *places: int) -> list[Row]:
    return [row for number, row in enumerate(rows) if number not in places]


def _reasons(found: dict[str, list[dict[str, Any]]], capture: str) -> dict[str, tuple[str, str | None]]:
    """By place of the missing message: reason and traces."""
    return {
        row["message"].partition("-")[2]: (row["reason"], row["traces"])
        for row in found["gaps"]
        if row["capture"] == capture and row["message"]
    }


def _pair(case: Case, whole: list[Row], part: list[Row], **given: Any) -> tuple[dict[str, list[Row]], str]:
    """A whole capture and one that lacks some: the tables, and the id of the second."""
    key = given.pop("key", GROUP)
    add(case, Given("whole", whole, key=GROUP))
    lacking = add(case, Given("part", part, key=key, **given))
    found = tables(case)
    check(case, found)
    return found, lacking


def test_a_hole_is_a_deletion(case: Case) -> None:
    """A message that another phone holds, where a row number is unused at its time, was deleted here: that row."""
    found, lacking = _pair(case, _keyed(), _without(_keyed(), 5))
    assert _reasons(found, lacking) == {"5": ("deleted_on_phone", "hole")}
    (gap,) = found["gaps"]
    assert (gap["row"], gap["held_by"], gap["at"].timestamp() * 1000) == ("message:6", 1, START + 5 * HOUR)
    assert "message:6" in gap["detail"]


def test_no_hole_is_no_deletion(case: Case) -> None:
    """The same message missing where no number is unused is unexplained, and not called deleted."""
    shifted = [{**row, "row": f"message:{number + 1}"} for number, row in enumerate(_without(_keyed(), 5))]
    found, lacking = _pair(case, _keyed(), shifted)
    assert _reasons(found, lacking) == {"5": ("unexplained", None)}


def test_a_hole_of_another_time_is_no_trace(case: Case) -> None:
    """A number that is unused three hours later explains nothing here, and stands alone as what is not known."""
    rows = [{**row, "row": f"message:{n + 1 + (n >= 8)}"} for n, row in enumerate(_without(_keyed(), 5))]
    found, lacking = _pair(case, _keyed(), rows)
    assert _reasons(found, lacking) == {"5": ("unexplained", None)}
    (alone,) = [row for row in found["gaps"] if row["message"] is None]
    assert (alone["reason"], alone["traces"], alone["row"]) == ("unexplained", "hole", "message:9")


def test_a_jump_of_the_counter_is_no_hole(case: Case) -> None:
    """Ten thousand unused numbers in a row are a counter that jumped, and no trace of anything."""
    rows = [{**row, "row": f"message:{n + 1 + 10_002 * (n >= 5)}"} for n, row in enumerate(_without(_keyed(), 5))]
    found, lacking = _pair(case, _keyed(), rows)
    assert _reasons(found, lacking) == {"5": ("unexplained", None)}
    assert len(found["gaps"]) == 1


def test_receipts_that_were_left_say_what_the_owner_sent(case: Case) -> None:
    """Of two unused numbers at one time, that with receipts is the owner's own message, the other somebody else's."""
    rows = [{**row, "outgoing": row["author"] == "A"} for row in _keyed(step=MINUTE)]
    receipt = {"target_key": "message:5", "participant": "B", "delivered_at": START + 4 * MINUTE}
    found, lacking = _pair(case, rows, _without(rows, 4, 5), receipts=[receipt])
    assert _reasons(found, lacking) == {
        "4": ("deleted_on_phone", "hole,orphan_receipt"), "5": ("deleted_on_phone", "hole"),
    }  # fmt: skip
    assert {row["row"] for row in found["gaps"]} == {"message:5", "message:6"}


def test_receipts_alone_say_that_something_was_sent(case: Case) -> None:
    """Receipts for a row that is gone, of what nobody holds, say that the owner sent it: a status leaves them too."""
    receipt = {"target_key": "message:6", "participant": "B", "delivered_at": START + 5 * HOUR}
    found, _ = _pair(case, _without(_keyed(rows=False), 5), _without(_keyed(), 5), receipts=[receipt])
    (gap,) = found["gaps"]
    assert (gap["message"], gap["reason"], gap["traces"]) == (None, "unexplained", "hole,orphan_receipt")
    assert (gap["row"], gap["held_by"]) == ("message:6", 0)


def test_quotes_and_reactions_are_traces(case: Case) -> None:
    """A quote of a key that is missing, and a reaction to it, show a deletion where there are no row numbers at all."""
    rows = _without(_keyed(rows=False), 5, 7)
    rows[-1] = {**rows[-1], "reply_to": "K5"}
    reaction = {"target_key": "K7", "participant": "B"}
    found, lacking = _pair(case, _keyed(rows=False), rows, reactions=[reaction])
    assert _reasons(found, lacking) == {
        "5": ("deleted_on_phone", "quote_of_missing"), "7": ("deleted_on_phone", "reaction_to_missing"),
    }  # fmt: skip


def test_a_quote_of_what_nobody_holds_is_unexplained(case: Case) -> None:
    """A key that is quoted and that no capture has is a finding of its own, once, and no deletion."""
    rows = _keyed()
    rows[-1] = {**rows[-1], "reply_to": "GONE"}
    found, _ = _pair(case, rows, rows)
    gaps = {(row["exhibit"], row["target_key"], row["reason"], row["traces"]) for row in found["gaps"]}
    assert {gap[1:] for gap in gaps} == {("GONE", "unexplained", "quote_of_missing")}
    assert len(gaps) == len(found["gaps"]) == 2


def test_a_quote_in_an_export_without_rows_is_found_too(case: Case) -> None:
    """Where records are ranges of bytes, the quoting message's own id says where the quote is."""
    rows = _keyed(rows=False)
    rows[-1] = {**rows[-1], "reply_to": "GONE", "row": None, "byte_start": 1, "byte_end": 2}
    found, _ = _pair(case, rows, rows)
    gaps = [row for row in found["gaps"] if row["target_key"] == "GONE"]
    assert [(row["reason"], row["traces"]) for row in gaps] == [("unexplained", "quote_of_missing")] * 2
    assert all(row["row"] and row["row"] in row["detail"] for row in gaps)


def test_a_reaction_to_a_row_that_is_gone_is_a_trace(case: Case) -> None:
    """A reaction that names the row by its number is a trace of what stood there, and no second finding."""
    reaction = {"target_key": "message:6", "participant": "B"}
    found, lacking = _pair(case, _keyed(), _without(_keyed(), 5), reactions=[reaction])
    assert _reasons(found, lacking) == {"5": ("deleted_on_phone", "hole,reaction_to_missing")}
    assert len(found["gaps"]) == 1


def test_the_exports_own_record_of_a_deletion(case: Case) -> None:
    """A deletion that the export itself records by the message's key is one."""
    warning = ("deletion_trace", "the journal names K5, deleted on this phone.")
    found, lacking = _pair(case, _keyed(rows=False), _without(_keyed(rows=False), 5), warnings=(warning,))
    assert _reasons(found, lacking) == {"5": ("deleted_on_phone", "deletion_record")}


def test_what_was_recovered_is_held_and_deleted(case: Case) -> None:
    """A message that the export marks as deleted by the owner and still has is a deletion, and a sighting."""
    rows = _keyed()
    rows[5] = {**rows[5], "deleted": "by_owner"}
    found, lacking = _pair(case, _keyed(), rows)
    (gap,) = found["gaps"]
    assert (gap["capture"], gap["reason"], gap["traces"]) == (lacking, "deleted_on_phone", "recovered")
    assert (gap["held_by"], gap["row"]) == (2, "message:6")


def test_before_and_after_the_capture(case: Case) -> None:
    """What is older than the first row, and later than the last, lies outside what the capture covers."""
    found, lacking = _pair(case, _keyed(rows=False), _keyed(rows=False)[2:-2])
    assert _reasons(found, lacking) == {
        "0": ("before_capture", None), "1": ("before_capture", None),
        "10": ("after_capture", None), "11": ("after_capture", None),
    }  # fmt: skip


@pytest.mark.parametrize("warned", [True, False])
def test_an_export_that_was_cut_short(case: Case, *, warned: bool) -> None:
    """What is older than an export that its app cut is explained by that; without the warning it is only older."""
    text = [{**row, "platform_key": None, "row": None} for row in _keyed()[4:]]
    warnings = (("export_cut_short", "the export holds 40,000 messages"),) if warned else ()
    found, lacking = _pair(case, _keyed(), text, key=None, warnings=warnings)
    reason = "export_cut_short" if warned else "before_capture"
    assert _reasons(found, lacking) == {str(place): (reason, None) for place in range(4)}


def test_revoked_for_all(case: Case) -> None:
    """What another capture shows as a tombstone was deleted for everyone, and may be gone here without a trace."""
    rows = _keyed(rows=False)
    rows[5] = {**rows[5], "kind": "deleted", "text": None, "deleted": "by_author"}
    found, lacking = _pair(case, rows, _without(_keyed(rows=False), 5))
    assert _reasons(found, lacking) == {"5": ("revoked_for_all", None)}


def test_a_timer(case: Case) -> None:
    """What a timer had taken when the phone was read is that, with a hole too; what it had not is a deletion."""
    rows = _keyed([f"{text} {n}" for n in range(2) for text in UNIQUE], step=8 * HOUR)
    rows.insert(
        6, {**notice(START + 5 * 8 * HOUR + MINUTE, "timer_changed", "86400"), "place": "t", "row": "message:99"}
    )
    rows = [{**row, "row": f"message:{number + 1}"} for number, row in enumerate(rows)]
    found, lacking = _pair(case, rows, [row for row in rows if row["place"] not in (3, 8, 9, 22)])
    assert _reasons(found, lacking) == {
        "3": ("deleted_on_phone", "hole"), "8": ("disappearing_timer", None), "9": ("disappearing_timer", None),
        "22": ("deleted_on_phone", "hole"),
    }  # fmt: skip


def test_a_timer_that_left_nothing(case: Case) -> None:
    """Where a timer ran and nothing sent under it is left, it may have taken all of it."""
    rows = _keyed(step=MINUTE)
    rows.insert(6, {**notice(START + 5 * MINUTE + 1000, "timer_changed", "86400"), "place": "t", "platform_key": "T"})
    rows = [{**row, "row": f"message:{number + 1}"} for number, row in enumerate(rows)]
    beyond = {"place": "z", "sent_at": START + HOUR, "author": "B", "text": "later on", "platform_key": "Z"}
    kept = [*rows[:7], *rows[-1:]]
    found, lacking = _pair(case, [*rows, {**beyond, "row": "message:14"}], kept)
    assert {place: reason for place, (reason, _) in _reasons(found, lacking).items()} == {
        **{str(place): "disappearing_timer" for place in range(6, 11)}, "z": "after_capture",
    }  # fmt: skip


def test_a_stretch_that_an_export_leaves_out(case: Case) -> None:
    """A day of messages by two people that a text export lacks as a whole was filtered; single ones are unexplained."""
    texts = [f"{text} {number}" for number in range(8) for text in UNIQUE]
    rows = _keyed(texts, step=2 * HOUR)
    out = {20, *range(40, 52)}
    text = [{**row, "platform_key": None, "row": None} for row in _without(rows, *out)]
    found, lacking = _pair(case, rows, text, key=None)
    reasons = {place: reason for place, (reason, _) in _reasons(found, lacking).items()}
    assert reasons == {"20": "unexplained", **{str(place): "filtered_at_export" for place in range(40, 52)}}


def test_two_readings(case: Case) -> None:
    """One *ok* here and two there in a minute: it may be either, so neither is missing for certain nor deleted."""
    rows = _keyed([*UNIQUE[:6], "ok", "ok", *UNIQUE[6:]])
    for place, second in ((6, 10), (7, 30)):
        rows[place] = {**rows[place], "author": "B", "sent_at": START + 6 * HOUR + second * 1000}
    text = [
        {**row, "platform_key": None, "row": None, "sent_at": row["sent_at"] // MINUTE * MINUTE,
         "sent_at_precision": "minute"}
        for row in _without(rows, 7)
    ]  # fmt: skip
    found, lacking = _pair(case, rows, text, key=None)
    assert _reasons(found, lacking) == {"6": ("two_readings", None), "7": ("two_readings", None)}
    assert sum(row["sighting"].startswith(lacking) for row in found["sightings"]) == len(text)


def test_a_capture_that_shares_nothing_has_no_gaps(case: Case) -> None:
    """Two exports that are stated to be one conversation and overlap nowhere say nothing of what either lacks."""
    add(case, Given("one", said(UNIQUE)))
    add(case, Given("two", said([f"{text} eh" for text in UNIQUE])))
    found = tables(case, stated={"one": "n", "two": "n"})
    check(case, found)
    assert found["gaps"] == []
