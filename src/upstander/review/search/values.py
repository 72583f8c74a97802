"""What the value of a field means in a case: which authors, conversations and exhibits a person may have in mind."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property

import numpy as np
import numpy.typing as npt

from upstander.errors import BadQuery
from upstander.review.search.letters import fold
from upstander.review.search.nodes import Value
from upstander.review.search.source import Names

__all__ = ["Choices", "Codes", "Flags", "choices_of", "pick"]

#: By each code: the rows of the messages that it stands on.
Codes = Mapping[str, list[int]]
#: By each head of the first ranking: the rows of the messages that it flags, ascending.
Flags = Mapping[str, npt.NDArray[np.int64]]

#: Names that a refusal lists.
_LISTED = 5


@dataclass(frozen=True)
class Choices:
    """What a field may be: names by number, as they are and folded."""

    called: Mapping[int, tuple[str, ...]]
    folded: Mapping[int, tuple[str, ...]]
    #: Ids that nothing is listed by and that name one all the same, folded: of the handles that a person has.
    also: Mapping[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, called: Mapping[int, Iterable[str | None]]) -> "Choices":
        """The choices of those names."""
        there = {number: tuple(name for name in names if name) for number, names in called.items()}
        return cls(there, {number: tuple(_asked(names)) for number, names in there.items()})

    @cached_property
    def bearers(self) -> Counter[str]:
        """How many bear each folded name."""
        return Counter(name for names in self.folded.values() for name in set(names))


def _asked(names: Iterable[str]) -> Iterator[str]:
    """Names as a search compares them; those with a quote without it too, for it ends a phrase."""
    for name in map(fold, names):
        yield name
        if '"' in name:
            yield " ".join(name.replace('"', " ").split())


def choices_of(field: str, names: Names) -> Choices:
    """What the field called `field` may be in the case of `names`."""
    made = Choices.of(_CHOICES[field](names))
    return replace(made, also=_handles(names)) if field == "author" else made


def pick(value: Value, choices: Choices) -> list[int]:
    """The numbers of those of `choices` that the value names. Raises `BadQuery` where it names none.

    The whole name before its beginning, when the value ends in a star; then the id of a handle that a person has; then
    every word of the value in the name.
    """
    wanted = fold(value.text).strip()
    known = choices.folded
    if wanted.endswith("*"):
        begins = wanted.rstrip("*")
        found = [number for number, called in known.items() if any(name.startswith(begins) for name in called)]
    else:
        found = [number for number, called in known.items() if wanted in called] or choices.also.get(wanted, [])
        if not found:
            words = wanted.split()
            found = [
                number
                for number, called in known.items()
                if any(all(word in name.split() for word in words) for name in called)
            ]
        if not found and wanted.endswith(")"):
            # Two of one name are told apart by their ids, as the counts show them: "Bo (c1/4477)".
            named = wanted[:-1].rpartition(" (")[2]
            found = [number for number, called in known.items() if named in called] or choices.also.get(named, [])
        if not found and len(wanted) >= 4 and value.field == "conversation":
            found = [number for number, called in known.items() if any(name.startswith(wanted) for name in called)]
    if not found:
        raise BadQuery(_unknown(value, sorted({called[0] for called in choices.called.values() if called})))
    return found


def _unknown(value: Value, there: list[str]) -> str:
    place = f"at character {value.place + 1} of the search: {value.field}:{value.text}"
    if not there:
        return f"{place} names nothing, for the case has no {value.field} of any name"
    near = get_close_matches(value.text, there, _LISTED, 0.4) or there[:_LISTED]
    more = f" and {len(there) - len(near):,} more" if len(there) > len(near) else ""
    return f"{place} names nothing in this case; there are {', '.join(near)}{more}"


def _authors(names: Names) -> dict[int, Iterable[str | None]]:
    return {number: [*names.called.get(key, []), key] for number, key in enumerate(names.authors)}


def _handles(names: Names) -> dict[str, list[int]]:
    """By the id of each handle, folded, the authors whose it is."""
    found: dict[str, list[int]] = {}
    for number, key in enumerate(names.authors):
        for handle in _asked(names.handles.get(key, ())):
            found.setdefault(handle.strip(), []).append(number)
    return found


def _conversations(names: Names) -> dict[int, Iterable[str | None]]:
    return {number: [*names.titles.get(key, []), key] for number, key in enumerate(names.conversations)}


def _exhibits(names: Names) -> dict[int, Iterable[str | None]]:
    return {number: [names.references.get(key), key] for number, key in enumerate(names.exhibits)}


def _custodians(names: Names) -> dict[int, Iterable[str | None]]:
    return {number: [names.custodians.get(key)] for number, key in enumerate(names.exhibits)}


def _deletions(names: Names) -> dict[int, Iterable[str | None]]:
    return {
        number: [names.references.get(key), names.custodians.get(key), key] for number, key in enumerate(names.exhibits)
    }


_CHOICES: Mapping[str, Callable[[Names], dict[int, Iterable[str | None]]]] = {
    "author": _authors,
    "conversation": _conversations,
    "exhibit": _exhibits,
    "custodian": _custodians,
    "deleted": _deletions,
    "kind": lambda names: {number: [kind] for number, kind in enumerate(names.kinds)},
}
