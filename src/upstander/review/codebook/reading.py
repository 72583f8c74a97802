"""A codebook read from YAML: every mistake in it is found, with its line, and none stops the search for the others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from upstander.review.codebook.book import Axis, Code, Codebook, Entry, Scheme
from upstander.review.codebook.fields import Fields, Mistake, Mistakes
from upstander.review.codebook.nodes import Broken, Node, tree

__all__ = ["Mistake", "Read", "read"]

_NAME = (re.compile(r"[a-z][a-z0-9-]{0,63}"), "small letters, digits and hyphens, a letter first")
_VERSION = (re.compile(r"[0-9][0-9A-Za-z.-]{0,31}"), "a number such as 1 or 2.1")
_LANGUAGE = (re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"), "a language tag such as en or cy")
_ID = (re.compile(r"[a-z][a-z0-9_]{0,63}"), "small letters, digits and underscores, a letter first")
_ENTRY = (re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"), "letters and digits")

_BOOK = ("name", "version", "title", "language", "about", "axes", "schemes", "codes")
_CODE = (
    "id", "title", "axis", "definition", "counts", "does_not", "see", "parent", "mapping", "severity", "span",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: a codebook, or the mistakes that keep it from being one, in the order of their lines."""

    book: Codebook | None
    mistakes: tuple[Mistake, ...]


def read(text: str) -> Read:
    """Read a codebook."""
    found = Mistakes()
    try:
        root = tree(text)
    except Broken as problem:
        return Read(None, (Mistake(problem.line, problem.says),))
    fields = Fields(root, "the codebook", found)
    fields.only(_BOOK)
    axes = _axes(fields)
    schemes = _schemes(fields)
    codes, lines = _codes(fields, axes, schemes)
    book = Codebook(
        name=fields.matching("name", *_NAME),
        version=fields.matching("version", *_VERSION),
        title=fields.text("title"),
        language=fields.matching("language", *_LANGUAGE),
        about=fields.text("about", optional=True),
        axes=tuple(axes.values()),
        schemes=tuple(schemes.values()),
        codes=codes,
    )
    _check_relations(codes, lines, found)
    for name in axes:
        if codes and not any(code.axis == name for code in codes.values()):
            found.add(fields.line("axes"), f"axis {name!r} has no code")
    mistakes = found.sorted()
    return Read(None if mistakes else book, mistakes)


def _axes(fields: Fields) -> dict[str, Axis]:
    made: dict[str, Axis] = {}
    for name, node in fields.mapping("axes").items():
        axis = Fields(node, f"axis {name!r}", fields.found)
        axis.named(name, *_ID)
        axis.only(("title", "definition"))
        made[name] = Axis(name, axis.text("title"), axis.text("definition"))
    return made


def _schemes(fields: Fields) -> dict[str, Scheme]:
    made: dict[str, Scheme] = {}
    for name, node in fields.mapping("schemes", optional=True).items():
        scheme = Fields(node, f"scheme {name!r}", fields.found)
        scheme.named(name, *_ID)
        scheme.only(("title", "source", "entries"))
        entries = []
        for entry, value in scheme.mapping("entries").items():
            Fields(value, f"entry {entry!r} of scheme {name!r}", fields.found, known=True).named(entry, *_ENTRY)
            entries.append(Entry(entry, scheme.said(value, f"the title of entry {entry!r} of scheme {name!r}")))
        made[name] = Scheme(name, scheme.text("title"), scheme.text("source", optional=True), tuple(entries))
    return made


def _codes(
    fields: Fields, axes: Mapping[str, Axis], schemes: Mapping[str, Scheme]
) -> tuple[dict[str, Code], dict[str, Node]]:
    made: dict[str, Code] = {}
    nodes: dict[str, Node] = {}
    for number, node in enumerate(fields.items("codes"), start=1):
        code = _code(Fields(node, f"code {number}", fields.found), axes, schemes)
        if code.id in made:
            fields.found.add(
                node.line, f"code {code.id!r} is there a second time (first on line {nodes[code.id].line})"
            )
        elif code.id:
            made[code.id] = code
            nodes[code.id] = node
    return made, nodes


def _code(fields: Fields, axes: Mapping[str, Axis], schemes: Mapping[str, Scheme]) -> Code:
    if name := fields.peek("id"):
        fields.what = f"code {name!r}"
    fields.only(_CODE)
    return Code(
        id=fields.matching("id", *_ID),
        title=fields.text("title"),
        axis=fields.one_of("axis", axes),
        definition=fields.text("definition"),
        counts=fields.texts("counts"),
        does_not=fields.texts("does_not", optional=True),
        see=fields.texts("see", optional=True),
        parent=fields.text("parent", optional=True) or None,
        mapping=_mapping(fields, schemes),
        severity=_severity(fields),
        span=fields.flag("span", default=True),
    )


def _mapping(fields: Fields, schemes: Mapping[str, Scheme]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    made = []
    for name, node in fields.mapping("mapping", optional=True).items():
        if name not in schemes:
            there = f"it has {', '.join(schemes)}" if schemes else "it has none"
            fields.found.add(
                node.line, f"{fields.what} is mapped to scheme {name!r}, which the codebook lacks; {there}"
            )
            continue
        entries = {entry.id for entry in schemes[name].entries}
        wanted = fields.listed(node, f"{name} of {fields.what}")
        for place, entry in wanted:
            if entry not in entries:
                fields.found.add(place, f"{fields.what} is mapped to {entry!r}, which scheme {name!r} lacks")
        made.append((name, tuple(entry for _, entry in wanted)))
    return tuple(made)


def _severity(fields: Fields) -> tuple[tuple[int, str], ...]:
    made = []
    for grade, node in fields.mapping("severity", optional=True).items():
        if not re.fullmatch("[0-9]", grade):
            fields.found.add(node.line, f"a severity of {fields.what} is {grade!r} and no grade from 0 to 9")
            continue
        made.append((int(grade), fields.said(node, f"severity {grade} of {fields.what}")))
    return tuple(sorted(made))


def _check_relations(codes: Mapping[str, Code], nodes: Mapping[str, Node], found: Mistakes) -> None:
    """Codes that codes name are there; a kind is on its parent's axis, and nothing is a kind of itself."""
    for code in codes.values():
        line = nodes[code.id].line
        for other in code.see:
            if other not in codes:
                found.add(line, f"code {code.id!r} says to see {other!r}, which the codebook lacks")
        if code.parent is None:
            continue
        if code.parent not in codes:
            found.add(line, f"the parent of code {code.id!r} is {code.parent!r}, which the codebook lacks")
        elif codes[code.parent].axis != code.axis:
            found.add(line, f"code {code.id!r} is on another axis than its parent {code.parent!r}")
        elif _circular(code, codes):
            found.add(line, f"code {code.id!r} is a kind of itself, by way of its parents")


def _circular(code: Code, codes: Mapping[str, Code]) -> bool:
    passed: set[str] = set()
    at: Code | None = code
    while at is not None and at.parent is not None and at.id not in passed:
        passed.add(at.id)
        at = codes.get(at.parent)
    return at is not None and at.id == code.id and bool(passed)
