"""A digest of the recipients proves the roster that has it, and refutes nobody."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.people.conftest import Sample
from tests.support.made_group import MINUTE, START, Event, Shown, group

from upstander.people import rosters
from upstander.people.presence import Presence, Standing
from upstander.people.rosters import Account, devices, digest, fitting
from upstander.people.rows import captures
from upstander.storage import Case

PHONE, COMPUTER = ("0", "0"), ("0", "2")
ANN, BO, CY, DI, ED = (f"44770090{place:04d}@s.whatsapp.net" for place in range(5))
EVENTS = [Event(0, "added", jid, ANN) for jid in (ANN, BO, CY)]


def _full(jid: str, *linked: int) -> list[str]:
    user, _, server = jid.partition("@")
    return [f"{user}.0:{device}@{server}" for device in linked or (0,)]


def _at(case: Case, ordinal: int) -> dict[str, Standing]:
    conversation = captures(case)[0].conversation
    return {standing.label: standing for standing in Presence.open(case, conversation).ladder(ordinal)}


def _proven(case: Case, ordinal: int) -> set[str]:
    return {who for who, s in _at(case, ordinal).items() if "verified_roster" in [rung.rung for rung in s.rungs]}


def test_the_digest_is_whatsapps() -> None:
    """The digest of nobody is the one that WhatsApp's own tokens have."""
    assert digest([]) == "2:47DEQpj8"
    assert digest(["b", "a"]) == digest(["a", "b"]) != digest(["a"])


def test_a_devices_address_is_read_in_every_spelling() -> None:
    """With agent and device, with the device only, with neither; what is no address is passed over."""
    assert devices("447.0:0@lid,447.1:14@lid,447:2@lid,447@lid,broken") == (PHONE, COMPUTER, ("1", "14"))
    assert devices(None) == devices("") == ()


@pytest.mark.parametrize(
    "written",
    [
        ["1.0:0@lid", "1.0:2@lid", "2.0:0@lid"],
        ["1@lid", "1:2@lid", "2@lid"],
        ["1:0@lid", "1:2@lid", "2:0@lid"],
        ["1.0:0@lid", "2.0:0@lid"],
        ["1@lid", "2@lid"],
    ],
)
def test_spellings_and_device_lists_are_tried(written: list[str]) -> None:
    """All known devices and the phones alone, as the three spellings write them, are that roster."""
    known = {7: [Account("1@lid", (PHONE, COMPUTER))], 9: [Account("2@lid")]}
    found = fitting(digest(written), known, [7, 9])
    assert found is not None
    assert found.people == {7, 9}
    assert (found.how == "phones alone") == (len(written) == 2)


def test_another_digest_is_of_no_roster() -> None:
    """One device more, or less, or a roster of nobody, fits nothing."""
    known = {7: [Account("1@lid", (PHONE, COMPUTER))], 9: [Account("2@lid")]}
    assert fitting(digest(["1.0:0@lid", "1.0:3@lid", "2.0:0@lid"]), known, [7, 9]) is None
    assert fitting(digest(["1.0:0@lid"]), known, [7, 9]) is None
    assert fitting(digest([]), known, [7, 9]) is None
    assert fitting(digest([]), {}, []) is None


def test_the_sender_may_be_left_out() -> None:
    """A digest without the sender's own devices is the roster's as well, and of the others only."""
    known = {7: [Account("1@lid")], 9: [Account("2@lid")]}
    found = fitting(digest(["2.0:0@lid"]), known, [7, 9], sender=7)
    assert found is not None
    assert found.people == {9}
    assert fitting(digest(["2.0:0@lid"]), known, [7, 9]) is None


def test_of_two_addresses_either_may_be_meant() -> None:
    """Who changed number is tried by both, each independently of who else did."""
    known = {n: [Account(f"{n}1@lid"), Account(f"{n}2@lid")] for n in range(1, 4)}
    found = fitting(digest(["11.0:0@lid", "22.0:0@lid", "31.0:0@lid"]), known, [1, 2, 3])
    assert found is not None
    assert found.people == {1, 2, 3}


def test_three_who_may_be_out_are_tried_both_ways() -> None:
    """Any of three doubtful members is found in or out; of four only all or none are tried."""
    known = {n: [Account(f"{n}@lid")] for n in range(1, 7)}
    wanted = digest(["1.0:0@lid", "2.0:0@lid", "4.0:0@lid"])
    found = fitting(wanted, known, [1, 2], [3, 4, 5])
    assert found is not None
    assert found.people == {1, 2, 4}
    assert fitting(wanted, known, [1, 2], [3, 4, 5, 6]) is None
    everybody = fitting(digest(f"{n}.0:0@lid" for n in known), known, [1, 2], [3, 4, 5, 6])
    assert everybody is not None
    assert everybody.people == set(known)


@pytest.mark.parametrize(("size", "most"), [(20, 128), (256, 128), (1024, 32)])
def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch, size: int, most: int) -> None:
    """However many might be in or have two addresses, no more than 128 rosters are digested, fewer of large groups."""
    tried: list[int] = []

    def counted(addresses: Iterable[str]) -> str:
        tried.append(len(list(addresses)))
        return ""

    monkeypatch.setattr(rosters, "digest", counted)
    known = {n: [Account(f"{n}@lid"), Account(f"{n}9@s.whatsapp.net")] for n in range(size)}
    assert fitting("2:x", known, range(3, size), range(3), sender=5) is None
    assert len(tried) == most


def test_a_roster_is_verified_by_its_digest_and_never_refuted(tmp_path: Path) -> None:
    """A digest that is that of the members verifies each of them; another digest changes nobody's rungs."""
    shown = Shown(
        "aaa", {1: ANN, 2: BO, 3: ANN}, EVENTS, owner=ANN,
        digests={1: digest(_full(ANN) + _full(BO) + _full(CY)), 3: digest(_full(ANN) + _full(DI))},
    )  # fmt: skip
    case, _ = group(tmp_path / "with", [shown])
    plain, _ = group(tmp_path / "without", [replace(shown, digests={})])
    assert [len(_proven(case, ordinal)) for ordinal in (1, 2, 3)] == [3, 0, 0]
    mismatched = {who: [rung.rung for rung in s.rungs] for who, s in _at(case, 3).items()}
    assert mismatched == {who: [rung.rung for rung in s.rungs] for who, s in _at(plain, 3).items()}
    said = {rung.evidence for s in _at(case, 3).values() for rung in s.rungs if rung.rung == "by_events"}
    assert all("which says nothing of anybody" in words for words in said)


def test_devices_that_only_another_phone_lists_are_used(tmp_path: Path) -> None:
    """A phone that keeps no device lists is helped out by one that does, in the spelling of the phone that sent it."""
    lid = "205000000000002@lid"
    ios = Shown(
        "aaa", {1: ANN, 2: lid}, [Event(0, "added", jid, ANN) for jid in (ANN, lid)], owner=ANN,
        known={lid: (None, "+447700900001", BO)}, digests={1: digest(_full(ANN) + _full(lid, 0, 2))},
    )  # fmt: skip
    bos = ",".join(_full(BO, 0, 2))
    android = Shown("bbb", {1: ANN, 2: BO}, (), owner=BO, devices={BO: bos, ANN: ",".join(_full(ANN))})
    case, _ = group(tmp_path / "both", [ios, replace(android, known={BO: (None, "+447700900001", None)})])
    assert len(_proven(case, 1)) == 2
    alone, _ = group(tmp_path / "alone", [ios])
    assert _proven(alone, 1) == set()


def test_who_is_only_a_name_does_not_stand_in_the_way(tmp_path: Path) -> None:
    """Somebody whom only a text export names has no account to be a recipient by: the others are verified."""
    shown = Shown("aaa", {1: ANN, 2: BO, 5: ANN}, EVENTS, owner=ANN,
                  digests={5: digest(_full(ANN) + _full(BO) + _full(CY))})  # fmt: skip
    text = Shown("bbb", {1: "Ann", 4: "Somebody", 6: "Somebody"}, method="text", platform="whatsapp")
    case, _ = group(tmp_path, [shown, text])
    assert "Somebody" in _at(case, 5)
    assert len(_proven(case, 5)) == 3
    assert "Somebody" not in _proven(case, 5)


def test_a_digest_says_who_of_the_doubtful_was_in(tmp_path: Path) -> None:
    """Nothing tells when Di and Ed came; the digest proves Di in, and Ed stays unknown, with what it says beside it."""
    jids = [*_full(ANN), *_full(BO), *_full(CY), *_full(DI)]
    shown = Shown("aaa", {2: BO, 3: ANN, 5: DI, 6: ED}, EVENTS, owner=ANN, digests={3: digest(jids)})
    case, _ = group(tmp_path, [shown])
    found = {standing.label: standing for standing in _at(case, 3).values()}
    by = {who: [rung.rung for rung in s.rungs] for who, s in found.items()}
    assert by["+447700900003"] == ["posted_later", "verified_roster"]
    assert by["+447700900004"] == ["posted_later", "unknown"]
    assert "is that of 4 others" in found["+447700900004"].rungs[1].evidence


@pytest.mark.parametrize("still", [True, False])
def test_the_digest_decides_within_a_minute_of_a_leaving(tmp_path: Path, still: bool) -> None:
    """Who left a minute before was a recipient if the digest has them; and if it has not, they had left."""
    jids = [*_full(ANN), *_full(BO), *(_full(CY) if still else [])]
    shown = Shown("aaa", {1: CY, 3: ANN, 9: ANN}, [*EVENTS, Event(2, "left", CY)], owner=ANN,
                  digests={3: digest(jids), 9: digest([*_full(ANN), *_full(BO), *_full(CY)])})  # fmt: skip
    case, _ = group(tmp_path, [shown])
    rungs = [rung.rung for rung in _at(case, 3)["+447700900002"].rungs]
    assert rungs == (["verified_roster"] if still else ["left"])
    assert len(_proven(case, 3)) == 2 + still
    # Minutes later a digest that has them still is of no roster: the device list, or the clock, is to be asked.
    assert _proven(case, 9) == set()
    assert Presence.open(case, captures(case)[0].conversation).of.at[3] == START + 3 * MINUTE


def test_every_digest_of_the_sample_is_that_of_its_true_members(sample: Sample) -> None:
    """All 1,073 digests on three phones verify, and each proves exactly who was in; without device lists none does."""
    verified: Counter[str] = Counter()
    alone = 0
    wrong = []
    spells = sample.truth["memberships"]
    for conversation in sorted({capture.conversation for capture in captures(sample.case)}):
        presence = Presence.open(sample.case, conversation)
        of = presence.of
        references = {capture.capture: capture.reference.partition(".")[0] for capture in of.captures}
        (name,) = {sample.conversations[c.capture] for c in of.captures if c.capture in sample.conversations}
        bare = replace(of.digests, accounts=_bare(of.digests.accounts), anywhere=_bare(of.digests.anywhere))
        without = Presence(replace(of, digests=bare))
        for ordinal, (_, capture) in of.digests.of.items():
            proven = _members(sample, presence, ordinal)
            at = int(of.at[ordinal])
            true = {
                row["person"]
                for row in spells
                if row["conversation"] == name
                and row["since_ms"] <= at
                and (row["until_ms"] is None or at < row["until_ms"])
            }
            verified[references[capture]] += bool(proven)
            wrong += [(name, ordinal)] if proven != true else []
            alone += ordinal % 10 == 0 and bool(_members(sample, without, ordinal))
    assert verified == {"MS/1": 396, "MS/2": 262, "MS/3": 415}
    assert wrong == []
    assert alone == 0


def _members(sample: Sample, presence: Presence, ordinal: int) -> set[str]:
    return {
        sample.who(standing.person)
        for standing in presence.ladder(ordinal)
        if any(rung.rung == "verified_roster" for rung in standing.rungs)
    }


def _bare(accounts: Mapping[Any, Sequence[Account]]) -> dict[Any, list[Account]]:
    return {key: [Account(account.address) for account in held] for key, held in accounts.items()}
