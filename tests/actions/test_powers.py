"""Every role and every power: what is allowed is allowed, and everything else is not."""

from datetime import UTC, datetime

import pytest
from tests.register.people import account, case

from upstander.actions import (
    OF_ROLES,
    SITE,
    SYSTEM,
    Actor,
    Power,
    change_number,
    give_role,
    sentence,
    state_standing,
    withdraw_role,
    withdraw_standing,
)
from upstander.errors import NotAllowed, Refused
from upstander.register.kinship import same_person
from upstander.register.models import Account, Entry, Grant, Hold, HoldEnd, HoldMode, Role, Standing, StandingKind

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

#: Written out by hand, so that a slip in the program's own table is seen.
MAY = {
    Role.OWNER: "see read take-in code settle identify rule name grant audit",
    Role.INVESTIGATOR: "see read take-in code settle identify rule name audit",
    Role.REVIEWER: "see read code",
    Role.DECISION_MAKER: "see read settle rule audit",
    Role.AUDITOR: "see audit",
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("power", Power)
def test_a_role_has_the_powers_that_are_written_here_and_no_other(role: Role, power: Power) -> None:
    """Role by power."""
    who = account("ines")
    where = case("MS-1", ines=role)
    allowed = power.value.replace(" ", "-") in MAY[role].split()
    if allowed:
        Actor.of(who).need(power, where)
    else:
        with pytest.raises(NotAllowed):
            Actor.of(who).need(power, where)
    assert (power in OF_ROLES[role]) is allowed


@pytest.mark.parametrize("power", Power)
def test_the_administrator_has_no_power_in_any_case(power: Power) -> None:
    """Whoever runs the site sees no content, nor that there is a case."""
    who = account("ada", administrator=True)
    with pytest.raises(NotAllowed) as caught:
        Actor.of(who).need(power, case("MS-1"))
    assert caught.value.hidden


@pytest.mark.parametrize("administrator", [False, True])
@pytest.mark.parametrize("power", Power)
def test_powers_on_the_site(power: Power, administrator: bool) -> None:
    """Opening a case is for those who work on cases, running the site for the administrator."""
    who = account("ines", administrator=administrator)
    allowed = power.value in (("own", "run", "audit the site") if administrator else ("own", "open"))
    assert (power in Actor.of(who).powers()) is allowed
    assert (power in SITE[administrator]) is allowed


def test_a_closed_account_has_no_power_anywhere() -> None:
    """Not in its cases, nor on the site."""
    who = account("ines", is_active=False)
    where = case("MS-1", ines=Role.OWNER)
    assert Actor.of(who).powers(where) == Actor.of(who).powers() == frozenset()


def test_another_case_is_not_there_for_those_without_a_role_in_it() -> None:
    """The refusal does not say that there is such a case."""
    who = account("ines")
    case("MS-1", ines=Role.OWNER)
    with pytest.raises(NotAllowed, match="no such case") as caught:
        Actor.of(who).need(Power.SEE, case("MS-2"))
    assert caught.value.hidden


@pytest.mark.parametrize("kind", [StandingKind.SUBJECT, StandingKind.SUPERVISOR])
@pytest.mark.parametrize(
    ("name", "number", "own_number"),
    [
        ("Ines Example", "", ""),
        ("EXAMPLE, Inés", "", "4471"),
        ("I. Ejemplo", "44-71", "4471"),
        ("Ines Example", "4471", ""),
    ],
)
def test_nobody_whom_a_case_is_about_can_be_given_access(
    kind: StandingKind, name: str, number: str, own_number: str
) -> None:
    """Found by number, however it is written, or by name, however it is ordered; in doubt it is them."""
    owner = account("ada")
    who = account("ines", number=own_number)
    where = case("MS-1", ada=Role.OWNER)
    state_standing(Actor.of(owner), NOW, case=where, kind=kind, name=name, number=number)
    with pytest.raises(Refused, match="cannot be given access"):
        give_role(Actor.of(owner), NOW, case=where, account=who, role=Role.AUDITOR)
    assert not Grant.objects.filter(account=who).exists()


@pytest.mark.parametrize(
    ("name", "named"), [("Ines Example (B Relief)", "Ines Example"), ("Ines Example", "Ines Example (2)")]
)
def test_what_tells_two_accounts_of_one_name_apart_hides_nobody(name: str, named: str) -> None:
    """What stands in brackets is not compared."""
    owner, who = account("ada"), account("ines", full_name=name)
    where = case("MS-1", ada=Role.OWNER)
    state_standing(Actor.of(owner), NOW, case=where, kind=StandingKind.SUBJECT, name=named)
    with pytest.raises(Refused, match="cannot be given access"):
        give_role(Actor.of(owner), NOW, case=where, account=who, role=Role.REVIEWER)


def test_two_people_of_one_name_are_told_apart_by_their_numbers() -> None:
    """A subject's namesake can work on the case once both numbers are known."""
    owner, who = account("ada"), account("ines", number="9002")
    where = case("MS-1", ada=Role.OWNER)
    state_standing(Actor.of(owner), NOW, case=where, kind=StandingKind.SUBJECT, name="Ines Example", number="4471")
    give_role(Actor.of(owner), NOW, case=where, account=who, role=Role.REVIEWER)
    assert Actor.of(who).role(where) == Role.REVIEWER


def _kin(name: str, other: str, number: str = "", own: str = "") -> bool:
    standing = Standing(kind=StandingKind.SUBJECT, name=name, number=number)
    return same_person(standing, Account(pk=7, username="x", full_name=other, number=own))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Callum Maddox", "MADDOX, Callum"),
        ("Callum J Maddox", "Callum Maddox"),
        ("Cal Maddox", "Callum Maddox"),
        ("C Maddox", "Callum Maddox"),
        ("C. J. Maddox", "Callum Maddox"),
        ("PC Maddox", "Callum Maddox"),
        ("PC 4471 Cal Maddox", "Callum Maddox"),
        ("Maddox, PC C", "Callum Maddox"),
        ("Maddox C", "Callum Maddox"),
        ("Maddox Callum", "Maddox C"),
        ("Callum Maddox-Reid", "Callum Maddox"),
        ("Siobhán O'Neill", "Siobhan ONeill"),
        ("John James Smith", "James Smith"),
    ],
)
def test_names_that_may_be_one_persons_shut_out_either_way_round(name: str, other: str) -> None:
    """An initial, a name cut short, another in the middle, a rank before it; numbers that differ tell them apart."""
    assert _kin(name, other)
    assert _kin(other, name)
    assert _kin(name, other, "4471", "")
    assert not _kin(name, other, "4471", "9002")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Callum Maddox", "Dean Maddox"),
        ("Callum Maddox", "Callum Mason"),
        ("Callum J Maddox", "Callum Jones"),
        ("John A Smith", "John Adams"),
        ("John Constable", "John Smith"),
        ("Constable John Smith", "John Constable"),
        ("Sam", "Sam Marsh"),
        ("Cal Maddox", "Callum Marsh"),
    ],
)
def test_names_of_two_people_shut_nobody_out(name: str, other: str) -> None:
    """Another given name or another family name: they are not in doubt."""
    assert not _kin(name, other)
    assert not _kin(other, name)


@pytest.mark.parametrize(
    ("number", "own", "one"),
    [
        ("PC4471", "4471", True),
        ("PC 4471", "DC-4471", True),
        ("Collar no. 04471", "4471", True),
        ("04471", "4471", True),
        ("X4471", "4471", True),
        ("X4471", "Y4471", False),
        ("4471", "44710", False),
        ("4471B", "4471A", False),
        ("PC", "4471", False),
    ],
)
def test_numbers_are_compared_without_the_rank_before_them(number: str, own: str, one: bool) -> None:
    """Whatever their owners are called."""
    assert _kin("Callum Maddox", "Dean Ford", number, own) is one
    assert _kin("Callum Maddox", "Dean Ford", own, number) is one


def test_an_account_that_is_said_to_be_theirs_is_certain() -> None:
    """Its namesakes keep their roles, but for whoever has its number."""
    owner, theirs, namesake = account("ada"), account("cal", full_name="Cal Maddox"), account("callum", number="9")
    Account.objects.filter(pk=namesake.pk).update(full_name="Callum Maddox")
    where = case("MS-1", ada=Role.OWNER, cal=Role.REVIEWER, callum=Role.REVIEWER)
    kind = StandingKind.SUBJECT
    state_standing(Actor.of(owner), NOW, case=where, kind=kind, name="Callum Maddox", account=theirs)
    namesake.refresh_from_db()
    assert Actor.of(theirs).role(where) is None
    assert Actor.of(namesake).role(where) == Role.REVIEWER
    change_number(SYSTEM, NOW, account=theirs, number="PC 9")
    assert Actor.of(namesake).role(where) is None


def test_what_was_stated_wrongly_is_withdrawn_with_why() -> None:
    """By those who may name; the ledger keeps both, roles are given anew, and nobody does it for themselves."""
    owner, who = account("ada"), account("ines")
    where = case("MS-1", ada=Role.OWNER, ines=Role.INVESTIGATOR)
    other = case("MS-2", ada=Role.OWNER)
    kind = StandingKind.SUBJECT
    wrong = state_standing(Actor.of(owner), NOW, case=where, kind=kind, name="Ines Example")
    with pytest.raises(NotAllowed):
        withdraw_standing(Actor.of(who), NOW, case=where, standing=wrong, reason="x")
    with pytest.raises(NotAllowed):
        withdraw_standing(Actor.of(owner), NOW, case=other, standing=wrong, reason="x")
    with pytest.raises(Refused, match="Say why"):
        withdraw_standing(Actor.of(owner), NOW, case=where, standing=wrong, reason="  ")
    withdraw_standing(Actor.of(owner), NOW, case=where, standing=wrong, reason="Another of that name.")
    assert Actor.of(who).role(where) is None
    give_role(Actor.of(owner), NOW, case=where, account=who, role=Role.INVESTIGATOR)
    assert Actor.of(who).role(where) == Role.INVESTIGATOR
    assert sentence(Entry.objects.get(verb="withdraw_standing")) == (
        "withdrew that Ines Example is named as subject: Another of that name."
    )
    with pytest.raises(Refused, match="already"):
        withdraw_standing(Actor.of(owner), NOW, case=where, standing=wrong, reason="x")
    own = state_standing(Actor.of(who), NOW, case=where, kind=StandingKind.WITNESS, name="Ines Example")
    with pytest.raises(Refused, match="names you"):
        withdraw_standing(Actor.of(who), NOW, case=where, standing=own, reason="x")


def test_a_number_that_was_wrong_is_corrected() -> None:
    """It lets in who was shut out by it, and shuts out who is found by it; a case keeps an owner."""
    owner, who = account("ada"), account("ines", number="9002")
    where = case("MS-1", ada=Role.OWNER, ines=Role.REVIEWER)
    state_standing(Actor.of(owner), NOW, case=where, kind=StandingKind.SUBJECT, name="I Other", number="PC4471")
    with pytest.raises(Refused, match="without an owner"):
        change_number(SYSTEM, NOW, account=owner, number="4471")
    owner.refresh_from_db()
    assert owner.number == ""
    with pytest.raises(Refused, match="already"):
        change_number(SYSTEM, NOW, account=who, number=" 9002 ")
    held = Hold.objects.create(
        case=where, code="age", message="m", account=who, mode=HoldMode.QUEUE, given_at=NOW, until=NOW
    )
    change_number(SYSTEM, NOW, account=who, number="4471")
    assert not Grant.objects.filter(account=who, withdrawn_at=None).exists()
    held.refresh_from_db()
    assert held.end == HoldEnd.LAPSED
    change_number(SYSTEM, NOW, account=who, number="9003")
    give_role(Actor.of(owner), NOW, case=where, account=who, role=Role.REVIEWER)
    last = Entry.objects.filter(verb="change_number").order_by("sequence").last()
    assert last is not None
    assert sentence(last) == "changed the number of Ines Example (ines) from 4471 to 9003"


def test_complainants_and_witnesses_are_not_shut_out() -> None:
    """An officer who spoke out may work elsewhere; that is for the owner to judge."""
    owner, who = account("ada"), account("ines")
    where = case("MS-1", ada=Role.OWNER)
    state_standing(Actor.of(owner), NOW, case=where, kind=StandingKind.WITNESS, name="Ines Example")
    give_role(Actor.of(owner), NOW, case=where, account=who, role=Role.AUDITOR)


def test_whoever_is_named_as_subject_loses_their_role_at_once() -> None:
    """The same action names them and takes their access away."""
    owner, who = account("ada"), account("ines")
    where = case("MS-1", ada=Role.OWNER, ines=Role.INVESTIGATOR)
    state_standing(Actor.of(owner), NOW, case=where, kind=StandingKind.SUBJECT, name="Ines Example")
    assert Actor.of(who).powers(where) == frozenset()
    assert not Grant.objects.filter(account=who, withdrawn_at=None).exists()


def test_the_only_owner_cannot_be_named_before_there_is_another() -> None:
    """A case is never without somebody who can give a role."""
    owner = account("ada")
    where = case("MS-1", ada=Role.OWNER)
    with pytest.raises(Refused, match="only owner"):
        state_standing(Actor.of(owner), NOW, case=where, kind=StandingKind.SUPERVISOR, name="Ada Example")
    with pytest.raises(Refused, match="without an owner"):
        withdraw_role(Actor.of(owner), NOW, case=where, account=owner)
    assert Actor.of(owner).role(where) == Role.OWNER


def test_the_administrator_cannot_be_given_a_role() -> None:
    """One who runs the site sees no content, whoever wants it."""
    owner, who = account("ada"), account("ines", administrator=True)
    where = case("MS-1", ada=Role.OWNER)
    with pytest.raises(Refused, match="runs the site"):
        give_role(Actor.of(owner), NOW, case=where, account=who, role=Role.REVIEWER)


def test_the_command_line_and_the_system_have_every_power() -> None:
    """Whoever holds the files has them; the ledger says that it was the command line."""
    where = case("MS-1")
    assert SYSTEM.powers(where) == Actor.typing("Ada").powers(where) == frozenset(Power)
    assert not Account.objects.exists()
