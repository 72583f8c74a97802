"""Who is one of those whom a case is about: numbers as people write them, and second accounts."""

from datetime import UTC, datetime

import pytest
from tests.register.people import account, case

from upstander.actions import SYSTEM, Actor, close_account, give_role, state_standing, withdraw_role
from upstander.errors import Refused
from upstander.register.kinship import alike, same_person
from upstander.register.models import Account, Role, Standing, StandingKind

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _one(number: str, own: str, *, name: str = "Callum Maddox", other: str = "Callum Maddox") -> bool:
    standing = Standing(kind=StandingKind.SUBJECT, name=name, number=number)
    return same_person(standing, Account(pk=7, username="x", full_name=other, number=own))


@pytest.mark.parametrize(
    ("number", "own"),
    [
        ("not known", "4471"),
        ("N/K", "4471"),
        ("n/a", "4471"),
        ("0000", "4471"),
        ("4471 MPS", "4471"),
        ("PC 4471 MPS", "4471"),
        ("PC U4471", "U4471"),
        ("4471A", "4471"),
        ("PC 4471 / ext 220", "4471"),
        ("X4471", "Y4471"),
        ("4471B", "4471A"),
        ("PC 4471 / ext 220", "4471 ext 9"),
        ("44 71", "4471"),
        ("4-071", "PC4071"),
        ("٤٤٧١", "4471"),
    ],
)
def test_numbers_that_may_be_one_do_not_tell_two_of_one_name_apart(number: str, own: str) -> None:
    """What has no digit is no number; ranks, forces, extensions and letters are no difference."""
    assert _one(number, own)
    assert _one(own, number)


@pytest.mark.parametrize("number", ["PC 4471 MPS", "4471A", "PC 4471 / ext 220", "PCX4471"])
def test_a_number_finds_whoever_has_it_under_another_name(number: str) -> None:
    """Whatever stands beside it."""
    assert _one(number, "4471", other="Dean Ford")
    assert _one("4471", number, other="Dean Ford")


@pytest.mark.parametrize(("number", "own"), [("4417", "4471"), ("PC 4417 MPS", "4471A"), ("4471", "44710")])
def test_numbers_that_differ_for_certain_tell_two_of_one_name_apart(number: str, own: str) -> None:
    """As decided: a namesake can work on the case."""
    assert not _one(number, own)
    assert not _one(own, number)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Lukasz Wojcik", "Łukasz Wójcik"),
        ("Soren Holm", "Søren Holm"),
        ("Siobhan O Brien", "Siobhan O'Brien"),
        ("Ian Mac Donald", "Ian MacDonald"),
        ("Amal Al-Hassan", "Amal Alhassan"),
        ("Anne Smith-Jones", "Anne Smithjones"),
        ("Jurgen Muller", "Jürgen Müller"),
        ("Juergen Mueller", "Jürgen Müller"),
        ("Jens Kjaer", "Jens Kjær"),
        ("Nils Aagaard", "Nils Ågård"),
        ("MAC DONALD, Ian", "PC Ian MacDonald"),
        ("Callum Maddox", "Cal\u200blum Mad\u00addox"),
    ],
)
def test_a_name_is_one_however_a_keyboard_writes_it(name: str, other: str) -> None:
    """Letters that it lacks, and halves of a name together or apart: the doubt shuts out."""
    assert _one("", "", name=name, other=other)
    assert _one("", "", name=other, other=name)


@pytest.mark.parametrize(("name", "other"), [("Ian Mac Donald", "Ian Macey"), ("Jens Holm", "Søren Holm")])
def test_two_names_stay_two(name: str, other: str) -> None:
    """A family name alone is not everybody who has it."""
    assert not _one("", "", name=name, other=other)


@pytest.mark.parametrize(("before", "number"), [("", ""), ("4471", ""), ("", "not known")])
@pytest.mark.parametrize("name", ["Sam Maddox (B Relief)", "PC Sam Maddox", "MADDOX, Sam", "Sam Maddox 2"])
def test_a_second_account_of_a_subject_is_shut_out(name: str, before: str, number: str) -> None:
    """His first was named and closed: the same name without a number may be him."""
    owner, sam = account("ada"), account("sam", full_name="Sam Maddox", number=before)
    where = case("MS-1", ada=Role.OWNER)
    kind = StandingKind.SUBJECT
    state_standing(Actor.of(owner), NOW, case=where, kind=kind, name="Sam Maddox", account=sam)
    close_account(SYSTEM, NOW, account=sam)
    again = account("sammy", full_name=name, number=number)
    with pytest.raises(Refused, match="cannot be given access"):
        give_role(Actor.of(owner), NOW, case=where, account=again, role=Role.REVIEWER)


def test_an_owner_who_cannot_sign_in_is_none() -> None:
    """Neither when another's role ends, nor when another is named; closing is not refused, and says what it leaves."""
    otto, olive = account("otto"), account("olive")
    where = case("MS-1", otto=Role.OWNER, olive=Role.OWNER)
    assert close_account(SYSTEM, NOW, account=otto) == []
    with pytest.raises(Refused, match="without an owner"):
        withdraw_role(Actor.of(olive), NOW, case=where, account=olive)
    with pytest.raises(Refused, match="without an owner"):
        give_role(Actor.of(olive), NOW, case=where, account=olive, role=Role.REVIEWER)
    with pytest.raises(Refused, match="only owner"):
        state_standing(Actor.of(olive), NOW, case=where, kind=StandingKind.SUBJECT, name="Olive Example")
    withdraw_role(Actor.of(olive), NOW, case=where, account=otto)
    assert Actor.of(olive).role(where) == Role.OWNER
    assert close_account(SYSTEM, NOW, account=olive) == ["MS-1"]


def test_a_subject_is_shut_out_of_a_case_that_has_no_owner_any_more() -> None:
    """Nothing is lost by it that was there."""
    olive, ines, ivan = account("olive"), account("ines"), account("ivan")
    where = case("MS-1", olive=Role.OWNER, ines=Role.INVESTIGATOR, ivan=Role.REVIEWER)
    close_account(SYSTEM, NOW, account=olive)
    for named in (ivan, olive):
        state_standing(Actor.of(ines), NOW, case=where, kind=StandingKind.SUBJECT, name=named.full_name)
    assert Actor.of(ivan).role(where) is None


def test_a_name_like_that_of_a_named_account_is_alike() -> None:
    """Another short form of it, or a number that his has not: given, and to be pointed out."""
    owner, sam = account("ada"), account("sam", full_name="Samuel Maddox")
    where = case("MS-1", ada=Role.OWNER)
    kind = StandingKind.SUBJECT
    stated = state_standing(Actor.of(owner), NOW, case=where, kind=kind, name="Sid", account=sam)
    for known in (account("sammy", full_name="S Maddox"), account("two", full_name="Samuel Maddox (2)", number="9")):
        give_role(Actor.of(owner), NOW, case=where, account=known, role=Role.REVIEWER)
        assert alike(where, known) == [stated]
    assert alike(where, sam) == [], "they are not alike: it is theirs"
    assert alike(where, owner) == []
