"""What may be said of a message on the desk, by whom, and how often; and the name that it bears."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from tests.register.people import account, case

from upstander.actions import Actor, make_account, pass_on
from upstander.actions.giving import passed_by
from upstander.actions.holds import held
from upstander.errors import NotAllowed, Refused, SaidAlready
from upstander.register.models import Account, Case, Entry, Hold, HoldEnd, HoldMode, Role

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

#: A password that nobody guesses.
WORDS = "four blue doors open"


def hold(where: Case, who: Account, message: str = "m", **said: object) -> Hold:
    """A message in somebody's hands."""
    given = {"mode": HoldMode.QUEUE, "via": "queue", "why": "x", "given_at": NOW, "until": NOW, "revealed_at": NOW}
    return Hold.objects.create(case=where, code="joke", message=message, account=who, **(given | said))


def test_the_database_refuses_what_may_not_be_twice() -> None:
    """A message read first by two, or again once it is coded; two in one hand; but a second reading beside it."""
    ada, ben = account("ada"), account("ben")
    where = case("MS-1", ada=Role.REVIEWER, ben=Role.REVIEWER)
    one = hold(where, ada)
    for who, said in (
        (ben, {}),
        (ben, {"mode": HoldMode.SAMPLE}),
        (ada, {"message": "n"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            hold(where, who, **said)
    hold(where, ben, mode=HoldMode.SECOND)
    Hold.objects.filter(pk=one.pk).update(end=HoldEnd.CODED)
    with pytest.raises(IntegrityError), transaction.atomic():
        hold(where, ben)
    hold(where, ada, "n")
    Hold.objects.filter(pk=one.pk).update(end=HoldEnd.PASSED)
    assert hold(where, ben).pk
    with pytest.raises(IntegrityError), transaction.atomic():
        hold(where, ada, "o", end="lost")


def test_a_hold_is_decided_on_by_whoever_has_it_once() -> None:
    """Not by another, not before its words were shown, not twice, not when it is passed on."""
    ada, ben = account("ada"), account("ben")
    where = case("MS-1", ada=Role.REVIEWER, ben=Role.REVIEWER)
    one = hold(where, ada, revealed_at=None)
    with pytest.raises(Refused, match="not given to you"):
        held(Actor.of(ben), where, one.pk)
    with pytest.raises(Refused, match="have not been shown"):
        held(Actor.of(ada), where, one.pk)
    Hold.objects.filter(pk=one.pk).update(revealed_at=NOW, end=HoldEnd.LAPSED)
    assert held(Actor.of(ada), where, one.pk).pk == one.pk
    theirs = hold(where, ben)
    with pytest.raises(Refused, match="somebody else was given"):
        held(Actor.of(ada), where, one.pk)
    Hold.objects.filter(pk=theirs.pk).update(end=HoldEnd.CODED)
    with pytest.raises(SaidAlready, match="sent twice"):
        held(Actor.of(ben), where, theirs.pk)
    assert held(Actor.of(ben), where, theirs.pk, again=True).pk == theirs.pk
    with pytest.raises(Refused, match="not said anything"):
        held(Actor.of(ada), where, one.pk, again=True)


def test_passing_on_is_entered_and_remembered_until_it_is_taken_again() -> None:
    """Without a reason; twice is once; whoever may not code may not."""
    ada, cara = account("ada"), account("cara")
    where = case("MS-1", ada=Role.REVIEWER, cara=Role.DECISION_MAKER)
    one = hold(where, ada)
    pass_on(Actor.of(ada), NOW, case=where, hold=one.pk)
    with pytest.raises(SaidAlready):
        pass_on(Actor.of(ada), NOW, case=where, hold=one.pk)
    assert Entry.objects.filter(verb="pass_on").count() == 1
    assert passed_by(ada, where, "joke") == {"m"}
    hold(where, ada)
    assert passed_by(ada, where, "joke") == set()
    with pytest.raises(NotAllowed):
        pass_on(Actor.of(cara), NOW, case=where, hold=one.pk)


def test_no_two_people_have_one_name() -> None:
    """What somebody decides stands under it: the second is asked for what tells them apart, and unseen signs go."""
    runs = Actor.of(account("root", administrator=True))
    made = make_account(runs, NOW, username="ada", full_name="\u00c9da  Example", password=WORDS)
    assert made.full_name == "\u00c9da Example"
    for again in ("\u00e9da example", "E\u0301DA EXAMPLE"):
        with pytest.raises(Refused, match=r"has an account already \(ada\)"):
            make_account(runs, NOW, username="ada2", full_name=again, password=WORDS)
    for unseen in ("Ada\u202eExample", "\u200b", "..."):
        with pytest.raises(Refused, match=r"^The full name is a name"):
            make_account(runs, NOW, username="ada3", full_name=unseen, password=WORDS)
    other = make_account(runs, NOW, username="ada2", full_name="\u00c9da Example (2)", password=WORDS)
    assert other.full_name == "\u00c9da Example (2)"
