"""The ladder of one message: every rung with its evidence, never lowered by more of it."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.people.conftest import Sample
from tests.support.made_group import MINUTE, START, Event, Shown, group

from upstander.errors import UsageError
from upstander.people.presence import LADDER, Presence
from upstander.people.rows import captures
from upstander.storage import Case

#: Ann and Bo write; Cy is added and says nothing; Di comes at 6; Ed leaves at 3.
EVENTS = (
    Event(0, "added", "Ann", "Ann"),
    Event(0, "added", "Bo", "Ann"),
    Event(0, "added", "Cy", "Ann"),
    Event(0, "added", "Ed", "Ann"),
    Event(3, "left", "Ed"),
    Event(6, "added", "Di", "Ann"),
)
MESSAGES = {1: "Ann", 2: "Bo", 4: "Ann", 5: "Bo", 7: "Ann", 9: "Bo"}
ANNS = Shown("aaa", MESSAGES, EVENTS, owner="Ann", custodian="Ann Example")


def _open(case: Case) -> Presence:
    return Presence.open(case, captures(case)[0].conversation)


def _rungs(case: Case, ordinal: int) -> dict[str, list[str]]:
    return {
        standing.label.split()[0]: [rung.rung for rung in standing.rungs] for standing in _open(case).ladder(ordinal)
    }


def test_every_rung_that_holds_is_listed(tmp_path: Path) -> None:
    """Read, reacted, replied, posted later, own phone, delivered, by events: all of them, the strongest first."""
    shown = replace(
        ANNS, receipts=[(4, "Bo", True), (4, "Cy", False)], reactions=[(4, "Bo", "👍")], replies={5: 4},
        messages=MESSAGES,
    )  # fmt: skip
    case, _ = group(tmp_path, [shown])
    rungs = _rungs(case, 4)
    assert rungs["Bo"] == ["read", "reacted", "replied", "posted_later", "delivered", "by_events"]
    assert rungs["Ann"] == ["wrote", "posted_later", "own_phone_holds", "by_events"]
    assert rungs["Cy"] == ["delivered", "by_events"]


def test_who_was_not_in_is_said_with_its_reason(tmp_path: Path) -> None:
    """Not yet joined, and left: with the event that shows it, although they may have posted another day."""
    case, _ = group(tmp_path, [replace(ANNS, messages={**MESSAGES, 8: "Di"})])
    rungs = _rungs(case, 4)
    assert rungs["Di"] == ["not_yet_joined"]
    assert rungs["Ed"] == ["left"]
    evidence = {standing.label: standing.rungs[0].evidence for standing in _open(case).ladder(4)}
    assert "-6" in evidence["Di"]
    assert "-3" in evidence["Ed"]


def test_removed_is_not_left(tmp_path: Path) -> None:
    """Who was removed is said to have been removed."""
    events = [*EVENTS[:4], Event(3, "removed", "Ed", "Ann")]
    assert _rungs(group(tmp_path, [replace(ANNS, events=events)])[0], 4)["Ed"] == ["removed"]


def test_no_receipt_where_others_have_one_is_unreachable_and_no_more(tmp_path: Path) -> None:
    """Without a receipt among receipts, a member stays a member, and the missing receipt stands beside it."""
    case, _ = group(tmp_path, [replace(ANNS, receipts=[(4, "Bo", False)])])
    rungs = _rungs(case, 4)
    assert rungs["Cy"] == ["by_events", "unreachable"]
    assert "unreachable" not in rungs["Ed"] + rungs["Di"] + rungs["Ann"]
    assert "unreachable" not in _rungs(case, 1)["Cy"]


def test_history_shared_with_joiners_is_respected(tmp_path: Path) -> None:
    """Where history was shared with whoever joined, joining later is said not to mean never seeing it."""
    event = Event(7, "history_shared", None)
    shown = replace(ANNS, events=[*EVENTS, event], messages={k: v for k, v in MESSAGES.items() if k != 7})
    case, _ = group(tmp_path, [shown])
    (di,) = [standing for standing in _open(case).ladder(4) if standing.label == "Di"]
    assert di.strongest == "not_yet_joined"
    assert "history was shared" in di.rungs[0].evidence


def test_who_is_never_seen_to_come_is_inferred_or_unknown(tmp_path: Path) -> None:
    """Without events, between somebody's posts they were in by inference, and before the first nothing is known."""
    case, _ = group(tmp_path, [replace(ANNS, events=())])
    assert _rungs(case, 4)["Bo"] == ["posted_later", "by_inference"]
    assert _rungs(case, 1)["Bo"] == ["posted_later", "unknown"]


def test_posted_later_has_its_lag(tmp_path: Path) -> None:
    """The rung of a later post says when, and how long after."""
    case, _ = group(tmp_path, [ANNS])
    (bo,) = [standing for standing in _open(case).ladder(2) if standing.label == "Bo"]
    (later,) = [rung for rung in bo.rungs if rung.rung == "posted_later"]
    assert later.at == START + 5 * MINUTE
    assert "3 min later" in later.evidence


def test_both_parties_of_a_direct_conversation_were_there(tmp_path: Path) -> None:
    """Nobody comes to or leaves a one-to-one exchange."""
    case, tables = group(tmp_path, [Shown("aaa", {0: "Ann", 5: "Bo"}, owner="Ann", kind="direct")])
    assert {row["began"] for row in tables["memberships"]} == {"direct"}
    assert _rungs(case, 0)["Bo"] == ["posted_later", "by_events"]


def test_a_conversation_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Opening an unknown conversation ends with a sentence."""
    case, _ = group(tmp_path, [ANNS])
    with pytest.raises(UsageError, match="no conversation"):
        Presence.open(case, "zzz")


_STRONG = {rung: len(LADDER) - place for place, rung in enumerate(LADDER)}
_READERS = ("Bo", "Cy", "Ed", "Di")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    receipts=st.lists(st.tuples(st.sampled_from([1, 4, 7]), st.sampled_from(_READERS), st.booleans()), max_size=4),
    reactions=st.lists(st.tuples(st.sampled_from([1, 2, 4, 5, 7]), st.sampled_from(_READERS)), max_size=4),
    held=st.dictionaries(st.sampled_from(sorted(MESSAGES)), st.just(""), max_size=6),
    events=st.booleans(),
)
def test_presence_is_monotone_in_evidence(
    receipts: list[tuple[int, str, bool]], reactions: list[tuple[int, str]], held: dict[int, str], events: bool
) -> None:
    """Receipts, reactions and another phone that holds messages never lower anybody's strongest rung.

    Of who was in: only what reaches a person counts, so that readers get receipts of what was sent while they were in.
    """
    told = replace(ANNS, events=EVENTS if events else ())
    inside = {"Bo": range(1, 10), "Cy": range(1, 10), "Ed": range(1, 3), "Di": range(7, 10)}
    received = [entry for entry in receipts if entry[0] in inside[entry[1]]]
    reacted = [(ordinal, who, "👍") for ordinal, who in reactions if ordinal in inside[who]]
    more = replace(told, receipts=received, reactions=reacted)
    # Another phone is Bo's own, under the same names, with what it kept.
    other = Shown("bbb", {ordinal: MESSAGES[ordinal] for ordinal in held}, owner="Bo", custodian="Bo Example")
    steps = [[told], [more], [more, other] if held else [more]]
    with TemporaryDirectory() as folder:
        before: dict[tuple[int, str], int] = {}
        for number, shown in enumerate(steps):
            case, _ = group(Path(folder) / str(number), shown)
            presence = _open(case)
            now: dict[tuple[int, str], int] = {}
            for ordinal in MESSAGES:
                for standing in presence.ladder(ordinal):
                    # A phone of few messages may leave its owner's two handles apart: the better known one counts.
                    key = (ordinal, standing.label.split()[0])
                    now[key] = max(now.get(key, 0), _STRONG[standing.strongest])
            lowered = {key: (before[key], now.get(key)) for key in before if now.get(key, 0) < before[key]}
            assert lowered == {}, number
            before = now


def test_the_samples_receipts_are_on_the_ladder(sample: Sample) -> None:
    """Of what the owners of databases sent, whoever read it in truth is said to have, and nobody else."""
    said = {row["id"]: row for row in sample.truth["messages"]}
    keys = {row["key"]: row["id"] for row in sample.truth["messages"]}
    read: dict[str, set[str]] = {}
    for row in sample.truth["receipts"]:
        if row["read_ms"] is not None:
            read.setdefault(row["message"], set()).add(row["person"])
    conversation = next(c for c, name in sample.conversations.items() if name == "g2")
    conversation = next(c.conversation for c in captures(sample.case) if c.capture == conversation)
    presence = Presence.open(sample.case, conversation)
    found: dict[str, set[str]] = {}
    for key, ordinal in _keys(sample, conversation).items():
        target = keys.get(key)
        if target is None or said[target]["author"] not in ("maddox", "ashdown", "lowry"):
            continue
        for standing in presence.ladder(ordinal):
            if any(rung.rung == "read" for rung in standing.rungs):
                found.setdefault(target, set()).add(sample.who(standing.person))
    assert len(found) > 200
    assert {key: who for key, who in found.items() if who != read.get(key)} == {}


def _keys(sample: Sample, conversation: str) -> dict[str, int]:
    import polars as pl

    from upstander.storage.scan import scan

    sightings = scan(sample.case, "sightings").filter(pl.col("conversation") == conversation)
    messages = scan(sample.case, "messages").select(pl.col("message").alias("sighting"), "platform_key")
    joined: Any = sightings.join(messages, on="sighting").filter(pl.col("platform_key").is_not_null())
    return dict(joined.select("platform_key", "ordinal").collect().iter_rows())
