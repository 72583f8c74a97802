"""The sample operation's people are its truth's: every alias, every spell within its bounds, every response."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.people.conftest import Sample, worked_out

from upstander.errors import UsageError
from upstander.people.supervisors import offices
from upstander.people.who import persons_named, who


def test_every_handle_has_its_person(sample: Sample) -> None:
    """Every participant is known to the truth, and no person of ours is two of the truth's."""
    assert {row.id for row in sample.known.rows} == set(sample.people)
    for person in {row["person"] for row in sample.tables["persons"]}:
        sample.who(person)


def test_every_alias_of_whatsapp_is_found(sample: Sample) -> None:
    """Handles of one person on WhatsApp are one person, the changed number and the linked ids among them."""
    found: dict[str, set[str]] = {}
    for row in sample.tables["persons"]:
        place = sample.known.places[row["capture"], row["handle"]]
        if sample.known.rows[place].capture.platform == "whatsapp":
            found.setdefault(sample.people[f"{row['capture']}/{row['handle']}"], set()).add(row["person"])
    assert len(found) == 22
    assert {who: people for who, people in found.items() if len(people) != 1} == {}


def test_what_is_not_exact_is_proposed(sample: Sample) -> None:
    """Messenger has names and nothing else: each of its fifteen people is proposed for the right person first."""
    best: dict[str, tuple[float, str]] = {}
    for row in sample.tables["alias_suggestions"]:
        if row["standing"] != "proposed":
            continue
        assert 0 < row["score"] < 1
        for one, other in ((row["a"], row["b"]), (row["b"], row["a"])):
            if row["score"] > best.get(one, (0.0, ""))[0]:
                best[one] = (row["score"], other)
    messenger = {row.id for row in sample.known.rows if row.capture.platform == "messenger"}
    proposed = messenger & best.keys()
    assert len({sample.people[who] for who in proposed}) == 15
    wrong = [(who, best[who]) for who in proposed if sample.people[who] != sample.people[best[who][1]]]
    assert wrong == []


def test_labels_are_the_custodians_names(sample: Sample) -> None:
    """The five custodians whose exports name their own account are called by their names."""
    labels = {sample.who(row["person"]): row["label"] for row in sample.tables["persons"] if row["owner"]}
    names = {person["id"]: person["name"] for person in sample.truth["people"]}
    assert labels == {who: names[who] for who in ("maddox", "ashdown", "lowry", "carnell", "pryor")}


def _ours(sample: Sample) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in sample.tables["memberships"]:
        key = (sample.conversations[row["conversation"]], sample.who(row["person"]))
        found.setdefault(key, []).append(row)
    return found


def _ms(at: Any) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)


def test_every_spell_is_within_its_bounds(sample: Sample) -> None:
    """Each of the truth's 68 spells has a spell of ours whose bounds hold its beginning and its end."""
    ours = _ours(sample)
    outside = [spell for spell in sample.truth["memberships"] if not any(map(_holds(spell), ours[_key(spell)]))]
    assert len(sample.truth["memberships"]) == 68
    assert outside == []


def test_there_is_no_spell_too_many(sample: Sample) -> None:
    """As many spells as in truth."""
    wanted: dict[tuple[str, str], int] = {}
    for spell in sample.truth["memberships"]:
        wanted[_key(spell)] = wanted.get(_key(spell), 0) + 1
    found = {key: len(rows) for key, rows in _ours(sample).items()}
    assert found == wanted


def test_recorded_bounds_are_exact(sample: Sample) -> None:
    """Where an event was recorded, the bound is that instant to within the second; kinds and doers are the truth's."""
    ours = _ours(sample)
    for spell in sample.truth["memberships"]:
        rows = [row for row in ours[_key(spell)] if _holds(spell)(row)]
        row = rows[0]
        if spell["conversation"].startswith(("g", "m")):
            assert row["began"] == spell["began"], spell
            assert _ms(row["since_latest"]) - _ms(row["since_earliest"]) < 1000, spell  # type: ignore[operator]
        if spell["ended"] is not None:
            assert row["ended"] == spell["ended"], spell
            assert _ms(row["until_latest"]) - _ms(row["until_earliest"]) < 1000, spell  # type: ignore[operator]
        else:
            assert (row["ended"], row["until_latest"]) == ("open", None), spell
        for ours_by, theirs in ((row["began_by"], spell["began_by"]), (row["ended_by"], spell["ended_by"])):
            assert ours_by is None or sample.who(ours_by) == theirs, spell


def _key(spell: Mapping[str, Any]) -> tuple[str, str]:
    return spell["conversation"], spell["person"]


def _holds(spell: Mapping[str, Any]) -> Any:
    def within(at: int | None, earliest: int | None, latest: int | None) -> bool:
        if at is None:
            return latest is None
        return (earliest is None or earliest <= at) and (latest is None or at <= latest)

    return lambda row: (
        within(spell["since_ms"], _ms(row["since_earliest"]), _ms(row["since_latest"]))
        and within(spell["until_ms"], _ms(row["until_earliest"]), _ms(row["until_latest"]))
    )


def test_presence_is_never_wrong(sample: Sample) -> None:
    """At every message, whoever is said to be in was in, and whoever is said to be out was out."""
    said = {row["id"]: row for row in sample.truth["messages"]}
    spells: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for spell in sample.truth["memberships"]:
        spells.setdefault(_key(spell), []).append(spell)
    at: dict[str, dict[int, int]] = {}
    for row in _sightings(sample):
        at.setdefault(row["conversation"], {})[row["ordinal"]] = int(row["at"].timestamp() * 1000)
    checked = 0
    for row in sample.tables["presence"]:
        if row["rung"] in ("unknown", "own_phone_holds", "own_phone_past"):
            continue
        conversation, person = sample.conversations[row["conversation"]], sample.who(row["person"])
        for ordinal in range(row["since_ordinal"], row["until_ordinal"]):
            now = at[row["conversation"]][ordinal]
            inside = any(
                spell["since_ms"] <= now and (spell["until_ms"] is None or now < spell["until_ms"])
                for spell in spells[conversation, person]
            )
            # A system event is of the very instant that it changes things at.
            edge = any(now in (spell["since_ms"], spell["until_ms"]) for spell in spells[conversation, person])
            assert edge or inside == (row["rung"] in ("by_events", "by_inference")), (row, ordinal)
            checked += 1
    assert checked > 100_000
    assert said


def _sightings(sample: Sample) -> list[dict[str, Any]]:
    from upstander.storage.scan import scan

    return scan(sample.case, "sightings").collect().to_dicts()


def test_stretches_cover_the_conversation(sample: Sample) -> None:
    """A person's stretches follow one another from the first message to the last."""
    last: dict[tuple[str, str], int] = {}
    for row in sample.tables["presence"]:
        key = (row["conversation"], row["person"])
        assert row["since_ordinal"] == last.get(key, 0)
        assert row["until_ordinal"] > row["since_ordinal"]
        last[key] = row["until_ordinal"]
    sizes: dict[str, int] = {}
    for row in _sightings(sample):
        sizes[row["conversation"]] = max(sizes.get(row["conversation"], 0), row["ordinal"] + 1)
    assert {sizes[conversation] for conversation, _ in last} == {*last.values()}


def test_responses_are_the_truths(sample: Sample) -> None:
    """Every reaction and every reply that an export with keys shows is there once, and nothing else."""
    ids = {row["key"]: row["id"] for row in sample.truth["messages"]}
    keyed = {"g1", "g2", "d1", "d2", "d3", "d4", "d5"}
    conversations = {row["id"]: row["conversation"] for row in sample.truth["messages"]}
    replies = {
        (row["reply_to"], row["author"])
        for row in sample.truth["messages"]
        if row["reply_to"] and row["conversation"] in keyed
    }
    reactions = {(row["message"], row["person"], row["emoji"]) for row in sample.truth["reactions"]}
    message = {row["message"]: row["platform_key"] for row in _messages(sample)}
    lead = {row["message"]: row["sighting"] for row in _sightings(sample) if message.get(row["sighting"])}
    for row in sample.tables["responses"]:
        key = message.get(lead.get(row["message"], ""))
        target = ids.get(key or "")
        if target is None or conversations[target] not in keyed:
            continue
        who = sample.who(row["person"])
        if row["act"] == "reply":
            assert (target, who) in replies
        else:
            assert (target, who, row["emoji"]) in reactions
        assert row["lag_ms"] is None or row["lag_ms"] >= 0


def _messages(sample: Sample) -> list[dict[str, Any]]:
    from upstander.storage.scan import scan

    return scan(sample.case, "messages").select("message", "platform_key").collect().to_dicts()


def test_a_roster_places_everybody(sample: Sample, tmp_path: Path) -> None:
    """A roster of names and numbers gives each of the team on WhatsApp their rank and their supervisor."""
    people = {person["id"]: person for person in sample.truth["people"]}
    path = tmp_path / "roster.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["name", "number", "rank", "supervisor"])
        for person in people.values():
            boss = people.get(person["supervisor"], {}).get("name", "")
            out.writerow([person["name"], person["number"], person["rank"], boss])
    found = offices(path, persons_named(sample.case))
    assert found.unplaced == ()
    ranks = {sample.who(person): office.rank for person, office in found.of.items()}
    assert ranks == {name: person["rank"] for name, person in people.items()}
    bosses = {
        sample.who(person): office.supervisor and sample.who(office.supervisor) for person, office in found.of.items()
    }
    assert bosses == {name: person["supervisor"] for name, person in people.items()}


def test_who_knew_of_what_objectors_heard(sample: Sample, tmp_path: Path) -> None:
    """Of every coded message that a database holds by its key, whoever is said to have been there was there."""
    coded = [row for row in sample.truth["messages"] if row["conduct"] and row["conversation"] == "g2"][:25]
    spells = [spell for spell in sample.truth["memberships"] if spell["conversation"] == "g2"]
    asked = 0
    for row in coded:
        try:
            answer = who(sample.case, row["key"], roster=None)
        except UsageError:
            continue  # deleted on every phone that had keys
        inside = {
            spell["person"]
            for spell in spells
            if spell["since_ms"] <= row["sent_ms"] and (spell["until_ms"] is None or row["sent_ms"] < spell["until_ms"])
        }
        found = {sample.who(knower.standing.person): knower.standing.strongest for knower in answer.people}
        assert {name for name, rung in found.items() if rung not in ("not_yet_joined", "left", "removed")} == inside
        assert found[row["author"]] == "wrote"
        asked += 1
    assert asked > 15


def test_the_same_case_gives_the_same_rows(sample: Sample) -> None:
    """Worked out again, every row is the same, in the same order."""
    assert worked_out(sample.case) == sample.tables


@pytest.mark.parametrize("table", ["persons", "alias_suggestions", "memberships", "presence", "responses"])
def test_keys_are_unique(sample: Sample, table: str) -> None:
    """No two rows of a table have one key."""
    from upstander.model import table as described

    keys = [tuple(row[name] for name in described(table).key) for row in sample.tables[table]]
    assert len(keys) == len(set(keys))
