"""What a search page was asked: words, and what narrows them, as an address and as one query."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Self

from django.http import QueryDict
from django.utils.http import urlencode

from upstander.review.search.tokens import LANGUAGES
from upstander.web.evidence import plain
from upstander.web.zones import begins, ends, shown_in

__all__ = ["FACETS", "LAST", "SORTS", "Asked"]

SORTS = (("relevance", "Best first"), ("oldest", "Oldest first"), ("newest", "Newest first"))
#: What a facet is called, and the field that narrows by it.
FACETS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "conversation": ("Conversation", "conversation"),
        "author": ("Author", "author"),
        "custodian": ("Custodian", "custodian"),
        "month": ("Month", "at"),
        "kind": ("Kind", "kind"),
        "code": ("Code", "code"),
        "flagged": ("Flagged by the first ranking", "flagged"),
        "deleted": ("Shown as deleted by", "deleted"),
    }
)
_TITLES = {field: title for title, field in FACETS.values()}
#: How far one can turn the pages.
LAST = 400
#: Conditions that a search may have, and characters of each.
_MOST, _LONGEST = 20, 300
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_AT = re.compile(r"\d{4}(-\d{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as its form and its links ask it."""

    q: str = ""
    sort: str = "relevance"
    #: Language to find words of the same stem in.
    stem: str = ""
    page: int = 1
    #: Fields and what each must be.
    narrowed: tuple[tuple[str, str], ...] = ()
    #: Days, as they are written in addresses; empty for any.
    since: str = ""
    until: str = ""
    #: Only what was deleted on a phone.
    deleted: bool = False
    #: A day that was asked for and is none.
    problem: str = ""

    @classmethod
    def of(cls, given: QueryDict) -> Self:
        """What an address asks; what cannot be meant is left out."""
        page, sort, stem = (given.get(name, "") for name in ("page", "sort", "stem"))
        since, until = (given.get(name, "").strip()[:20] for name in ("since", "until"))
        wrong = [day for day in (since, until) if day and not _day(day)]
        return cls(
            q=" ".join(given.get("q", "")[:2_000].split()),
            sort=sort if sort in dict(SORTS) else "relevance",
            stem=stem if stem in LANGUAGES else "",
            page=min(max(1, int(page)), LAST) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
            narrowed=tuple(dict.fromkeys(filter(None, map(_condition, given.getlist("f")[:_MOST])))),
            since=since if _day(since) else "",
            until=until if _day(until) else "",
            deleted=given.get("deleted") == "yes",
            problem="Give the day as year, month and day, such as 2017-03-16." if wrong else "",
        )

    @property
    def query(self) -> str:
        """All of it in the language of searches; empty where nothing is asked."""
        parts = [f"({self.q})"] if self.q else []
        for field, value in self.narrowed:
            parts.append(f"at:{value}" if field == "at" else f'{field}:"{_quoted(value)}"')
        parts += [f"since:{_first(self.since)}"] if self.since else []
        parts += [f"until:{_last(self.until)}"] if self.until else []
        parts += ["deleted:*"] if self.deleted else []
        return self.q if parts == [f"({self.q})"] else " AND ".join(parts)

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """What narrows it: what that is called, its value, and the address without it."""
        made = [
            (_TITLES[field], value, self._with(narrowed=tuple(one for one in self.narrowed if one != (field, value))))
            for field, value in self.narrowed
        ]
        made += [("From", self.since, self._with(since=""))] if self.since else []
        made += [("To", self.until, self._with(until=""))] if self.until else []
        made += [("Shown as deleted by", "any phone", self._with(deleted=False))] if self.deleted else []
        return made

    def with_also(self, field: str, value: str) -> str:
        """The address narrowed further."""
        return self._with(narrowed=(*self.narrowed, (field, value[:_LONGEST])))

    def on(self, page: int) -> str:
        """The address of another page of the same."""
        return replace(self, page=page).address

    @property
    def address(self) -> str:
        """It, as an address has it."""
        told: list[tuple[str, str]] = [("q", self.q), *(("f", f"{field}:{value}") for field, value in self.narrowed)]
        told += [(name, getattr(self, name)) for name in ("since", "until", "stem")]
        told += [("sort", self.sort if self.sort != "relevance" else ""), ("deleted", "yes" if self.deleted else "")]
        told += [("page", str(self.page) if self.page > 1 else "")]
        return urlencode([(name, value) for name, value in told if value])

    def _with(self, **changes: object) -> str:
        return replace(self, page=1, **changes).address  # type: ignore[arg-type]


def _condition(said: str) -> tuple[str, str] | None:
    field, colon, value = said[: _LONGEST + 20].partition(":")
    value = " ".join(plain(value).split())
    if not colon or field not in _TITLES or not value or (field == "at" and not _AT.fullmatch(value)):
        return None
    return field, value


def _quoted(value: str) -> str:
    """A value as a phrase has it: a quote in it is asked for without."""
    return value.replace('"', " ")


def _first(day: str) -> str:
    """What a search is told of a day that it begins with: the day itself in UTC, else the instant with its offset."""
    return day if shown_in() == "UTC" else begins(date.fromisoformat(day)).isoformat()


def _last(day: str) -> str:
    """The same of a day that it ends with."""
    return day if shown_in() == "UTC" else ends(date.fromisoformat(day)).isoformat(timespec="milliseconds")


def _day(said: str) -> bool:
    try:
        return bool(_DAY.fullmatch(said)) and bool(date.fromisoformat(said))
    except ValueError:
        return False
