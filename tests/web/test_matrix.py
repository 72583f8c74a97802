"""Every page, everybody who may come, and both verbs: what happens is what docs/reference/powers.md says.

A new address is a line in that table: the test that fails names it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.register.people import case
from tests.web.world import CODE, WHO, World, folder, inhabited

from upstander.register.models import Entry, Role
from upstander.register.site import Site
from upstander.storage import Case as Folder

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "powers.md"

#: What stands in a cell, and what it means.
YES, NO, HIDDEN, SIGN_IN = "yes", "no", "–", "sign in"


@dataclass(frozen=True)
class Row:
    """A line of the table: a page and a verb."""

    name: str
    address: str
    verb: str
    cells: dict[str, str]
    #: Verbs of the entries that it leaves in the ledger where it is allowed.
    entered: list[str]


def rows() -> list[Row]:
    """The table of pages."""
    part = PAGE.read_text(encoding="utf-8").partition("## Pages")[2].partition("\n## ")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"]
    head, _, *body = lines
    made = []
    for cells in body:
        told = dict(zip(head, cells, strict=True))
        entered = re.findall(r"`(\w+)`", told["ledger"])
        who = {kind: told["named" if kind in ("subject", "supervisor") else kind] for kind in WHO}
        made.append(Row(told["page"].strip("`"), told["address"].strip("`"), told["verb"], who, entered))
    return made


def _nothing(world: World, new: str) -> dict[str, Any]:
    """A form without anything in it."""
    return {}


#: What an address has to say besides, for the page to be there.
ASKED: dict[str, Callable[[World], dict[str, str]]] = {
    "conduct": lambda world: {"person": world.parts["person"], "did": "own", "code": CODE},
}

_ALL = {"population": "all"}

#: What each page's form is filled in with, given a word that is new each time.
FORMS: dict[str, Callable[[World, str], dict[str, Any]]] = {
    "access_give": lambda world, new: {"username": "spare", "role": "reviewer"},
    "account_new": lambda world, new: {"full_name": "New Example", "username": new, "password": "four blue doors open"},
    "account_number": lambda world, new: {"number": "PC 7712"},
    "account_password": lambda world, new: {"password": "five red kites turn"},
    "case_new": lambda world, new: {"reference": new.upper(), "title": "New"},
    "hand_in": lambda world, new: {"custodian": "PC Ash", "exhibits": SimpleUploadedFile("a.json", b"{}")},
    "hand_in_step": lambda world, new: {"step": "stop"},
    "own": lambda world, new: {"veiled": "on", "pause_after": "50", "theme": "dark"},
    "pair_decide": lambda world, new: {"a": world.pair[0], "b": world.pair[1], "word": "confirmed"},
    "review_agreement": lambda world, new: {"code": "", "share": "100"},
    "review_choose": lambda world, new: {"rule": "fixed", "draws": "3", "recall": "80", "confidence": "95", **_ALL},
    "review_draw": lambda world, new: {"size": "2"},
    "review_said": lambda world, new: {"hold": world.holds.get(new.split("-")[1], "1"), "say": "nothing"},
    "review_settle": lambda world, new: {"applies": "yes", "seen": world.disputed, "words": "shown"},
    "search_drop": lambda world, new: {"name": "tea"},
    "stance_decide": lambda world, new: {**world.response, "stance": "approve"},
    "search_keep": lambda world, new: {"name": "kept", "q": "tea", "stem": ""},
    "standing_new": lambda world, new: {"kind": "witness", "name": "Wim Example"},
    "standing_withdraw": lambda world, new: {"reason": "another of that name"},
    "text": lambda world, new: {"shown": "yes"},
    "why": lambda world, new: {"kind": "reviewing", "said": ""},
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The case's folder, made once."""
    return folder(tmp_path_factory.mktemp("matrix") / "home")


@pytest.fixture
def world(settings: LazySettings, kept: Folder) -> World:
    """The case and everybody."""
    settings.SITE = Site(home=kept.path.parent, contact="security@example.org")
    return inhabited(kept)


def patterns(found: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Name and address of every page of the desk."""
    for pattern in get_resolver().url_patterns if found is None else found:
        where = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, where)
        else:
            yield pattern.name or where, "/" + where


def filled(address: str, parts: dict[str, str]) -> str:
    """An address with something of the case in each of its places."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: parts[found[1]], address)


def where(name: str, address: str, world: World) -> str:
    """The address of a page that is there, with what it has to say besides."""
    query = urlencode(ASKED[name](world)) if name in ASKED else ""
    return f"{filled(address, world.parts)}{'?' if query else ''}{query}"


def outcome(answer: HttpResponseBase) -> str:
    """What came of it, in the words of the table; the status where the table has no word for it."""
    if answer.status_code == 302 and answer.headers["Location"].startswith("/account/login/"):
        return SIGN_IN
    if answer.status_code in (200, 204, 302):
        return YES
    return {403: NO, 404: HIDDEN}.get(answer.status_code, str(answer.status_code))


def ask(browser: Client, verb: str, address: str, form: dict[str, Any]) -> tuple[str, list[str]]:
    """Ask for a page, see what came of it and what the ledger was told, and undo all of it."""
    cookies = dict(browser.cookies)
    with transaction.atomic():
        last = Entry.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
        answer = browser.post(address, form) if verb == "POST" else browser.get(address)
        found = outcome(answer)
        entered = list(Entry.objects.filter(sequence__gt=last).order_by("sequence").values_list("verb", flat=True))
        transaction.set_rollback(True)
    browser.cookies.clear()
    browser.cookies.update(cookies)
    return found, entered


def test_every_address_is_in_the_table() -> None:
    """And the table has none that is not there."""
    listed = {(row.name, row.address) for row in rows()}
    assert set(patterns()) - listed == set(), "write these addresses into docs/reference/powers.md"
    assert listed - set(patterns()) == set(), "these addresses are no more"


@pytest.mark.parametrize("kind", WHO)
def test_each_page_opens_for_those_whom_the_table_names(kind: str, world: World) -> None:
    """Page by page and verb by verb; what is refused leaves no entry, what is done leaves those that are named."""
    wrong = []
    for number, row in enumerate(rows()):
        form = FORMS.get(row.name, _nothing)(world, f"new-{WHO[kind] or 'nobody'}-{number}")
        found, entered = ask(world.browsers[kind], row.verb, where(row.name, row.address, world), form)
        expected = row.cells[kind], row.entered if row.cells[kind] == YES else []
        if (found, entered) != expected:
            wrong.append(f"{row.verb} {row.name}: {found} {entered}, and the table says {expected}")
    assert not wrong, "\n".join(wrong)


def test_a_page_takes_no_verb_that_the_table_lacks(world: World) -> None:
    """What only shows takes no form, and what only does has no page."""
    told = {(row.name, row.verb) for row in rows()}
    wrong = []
    for name, address in patterns():
        for verb in {"GET", "POST"} - {verb for known, verb in told if known == name}:
            for kind in ("owner", "administrator"):
                found, entered = ask(world.browsers[kind], verb, filled(address, world.parts), {})
                if found != "405" or entered:
                    wrong.append((verb, name, kind, found, entered))
    assert not wrong


def test_no_other_verb_is_answered(world: World) -> None:
    """By no page, for nobody."""
    for _, address in patterns():
        for verb in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"):
            for kind in ("owner", "signed out"):
                answer = world.browsers[kind].generic(verb, filled(address, world.parts))
                assert answer.status_code == 405, (verb, address)


def test_what_is_of_another_case_is_not_there(world: World, kept: Folder) -> None:
    """With the ids of one case in the address of another, in which one has every power."""
    other = case("MS-2", olive=Role.OWNER)
    Folder(kept.path.parent / "MS-2").path.mkdir(exist_ok=True)
    browser = world.browsers["owner"]
    browser.post("/cases/MS-2/reading/why/", {"kind": "reviewing", "said": ""})
    things = {"standing", "exhibit", "message", "conversation", "person", "number"}
    for name, address in patterns():
        if not things & set(re.findall(r"<\w+:(\w+)>", address)) or "<str:reference>" not in address:
            continue
        where = filled(address, {**world.parts, "reference": other.reference})
        for verb in ("GET", "POST"):
            found, entered = ask(browser, verb, where, FORMS.get(name, _nothing)(world, "x"))
            assert found in (HIDDEN, "405"), (verb, name, found)
            assert entered == []
