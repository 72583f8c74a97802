"""Every role and every power: what is allowed is allowed, and everything else is not."""

from datetime import UTC, datetime

import pytest
from tests.register.people import account, case

from upstander.actions import OF_ROLES, SITE, SYSTEM, Actor, Power, give_role, state_standing, withdraw_role
from upstander.errors import NotAllowed, Refused
from upstander.register.models import Account, Grant, Role, StandingKind

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
