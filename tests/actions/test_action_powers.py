"""Every action and everybody who may try it: who is allowed is what docs/reference/powers.md says."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.register.people import account, case

import upstander.actions
from upstander.actions import ACTIONS, Actor
from upstander.errors import NotAllowed
from upstander.register.models import Account, Case, Entry, Role, Standing, StandingKind

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "powers.md"
ROLES = {
    "owner": Role.OWNER,
    "investigator": Role.INVESTIGATOR,
    "reviewer": Role.REVIEWER,
    "decision maker": Role.DECISION_MAKER,
    "auditor": Role.AUDITOR,
}


def _table() -> dict[str, dict[str, str]]:
    part = PAGE.read_text(encoding="utf-8").partition("## Actions")[2].partition("\n## ")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"]
    head, _, *body = lines
    return {cells[0].strip("`"): dict(zip(head, cells, strict=True)) for cells in body}


def _actions() -> dict[str, Callable[..., Any]]:
    """Every action of the program, by verb."""
    found = {}
    for module in pkgutil.iter_modules(upstander.actions.__path__):
        made = importlib.import_module(f"upstander.actions.{module.name}")
        for name, thing in vars(made).items():
            if name in ACTIONS and getattr(thing, "__module__", "") == made.__name__ and callable(thing):
                found[name] = thing
    return found


def _people() -> tuple[Case, dict[str, list[Account]]]:
    """The case, and by column of the table who stands for it."""
    who = {kind: [account(kind.replace(" ", "-"))] for kind in ROLES}
    who["administrator"] = [account("root", administrator=True)]
    who["stranger"] = [account("stan")]
    who["named"] = [account("sam"), account("sue")]
    where = case(
        "MS-1", **{kind.replace(" ", "-"): role for kind, role in ROLES.items()}, sam=Role.OWNER, sue=Role.OWNER
    )
    for named, kind in zip(who["named"], (StandingKind.SUBJECT, StandingKind.SUPERVISOR), strict=True):
        Standing.objects.create(case=where, kind=kind, name=named.full_name, stated_at=NOW)
    return where, who


def _tried(action: Callable[..., Any], who: Account, where: Case) -> str:
    """What comes of it: given nothing to work on, an action that is allowed gets as far as missing that."""
    named = {"case": where} if "case" in inspect.signature(action).parameters else {}
    try:
        with transaction.atomic():
            action(Actor.of(who), NOW, **named)
            transaction.set_rollback(True)
    except NotAllowed as problem:
        return "–" if problem.hidden else "no"
    except TypeError as problem:
        if "required keyword-only argument" not in str(problem):
            raise
    return "yes"


def test_every_action_is_in_the_table() -> None:
    """And the table has none that is not there."""
    assert set(_actions()) - set(_table()) == set(), "write these actions into docs/reference/powers.md"
    assert set(_table()) - set(_actions()) == set(), "these actions are no more"


def test_each_action_is_done_for_those_whom_the_table_names() -> None:
    """Whatever page or command calls it: the power is asked for inside, and what is refused leaves no entry."""
    where, people = _people()
    wrong = []
    for verb, action in _actions().items():
        for kind, accounts in people.items():
            for who in accounts:
                found, expected = _tried(action, who, where), _table()[verb][kind]
                if found != expected:
                    wrong.append(f"{verb}, {kind}: {found}, and the table says {expected}")
    assert not wrong, "\n".join(wrong)
    assert not Entry.objects.exists()


def test_an_action_asks_for_its_power_in_the_case_that_it_is_given() -> None:
    """One without a case asks on the site, where no role counts; and no action has a way to say nothing."""
    for verb, action in _actions().items():
        parameters = inspect.signature(action).parameters
        assert not {"skip", "force", "quiet", "log", "ledger"} & set(parameters), verb
        assert list(parameters)[:2] == ["actor", "now"], verb
