"""YAML as a tree that knows its lines, and nothing more of YAML than a codebook needs.

Values are text; what they are meant to be is for the reader to say (a language `no` stays Norwegian). Aliases, tags and
several documents are refused, and so is what is too large or too deep: nobody writes a codebook like that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

__all__ = ["Broken", "Node", "tree"]

#: Bytes and levels that a codebook may have.
LARGEST = 2_000_000
DEEPEST = 12

#: libyaml where it was built in.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Broken(Exception):
    """The text is no YAML, or YAML that no codebook is written in."""

    def __init__(self, line: int, says: str) -> None:
        """Keep where it is and what is wrong."""
        super().__init__(says)
        self.line = line
        self.says = says


@dataclass(slots=True)
class Node:
    """A text, a list or a mapping, and the line (from 1) that it begins on."""

    line: int
    text: str | None = None
    #: Whether the text stood in quotes or was a block.
    quoted: bool = False
    items: list["Node"] | None = None
    fields: dict[str, "Node"] | None = None
    #: The line of each field's name.
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What it is, in words."""
        if self.fields is not None:
            return "a mapping"
        if self.items is not None:
            return "a list"
        return "empty" if not self.text and not self.quoted else "a text"


def tree(text: str) -> Node:
    """The whole text as one node. Raises `Broken`."""
    if len(text) > LARGEST:
        raise Broken(1, f"it has more than {LARGEST:,} characters")
    surrogate = next((place for place, character in enumerate(text) if "\ud800" <= character <= "\udfff"), None)
    if surrogate is not None:
        raise Broken(text.count("\n", 0, surrogate) + 1, "it has half of a character (a lone surrogate)")
    try:
        return _built(_events(text))
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        says = " ".join(f"it is no YAML: {problem.problem or problem.context}".split())
        raise Broken(mark.line + 1 if mark else 1, says) from problem
    except yaml.reader.ReaderError as problem:
        place = problem.position if isinstance(problem.position, int) else 0
        raise Broken(text.count("\n", 0, place) + 1, "it has a character that YAML does not allow") from problem
    except (yaml.YAMLError, ValueError) as problem:
        raise Broken(1, "it is no YAML") from problem


def _events(text: str) -> Iterator[Any]:
    yield from yaml.parse(text, Loader=_LOADER)


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read."""

    node: Node
    name: str | None = None


def _built(events: Iterator[Any]) -> Node:
    root: Node | None = None
    opened: list[_Open] = []
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise Broken(line, "a second document begins here; a codebook is one")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Broken(line, "anchors and aliases (& and *) are not read; quote a text that begins with one")
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            opened.pop()
            continue
        node = _node(event, line)
        if node is None:
            continue
        if opened:
            _put(opened[-1], node)
        elif root is None:
            root = node
        if node.items is not None or node.fields is not None:
            opened.append(_Open(node))
            if len(opened) > DEEPEST:
                raise Broken(line, f"it is nested more than {DEEPEST} deep")
    if root is None:
        raise Broken(1, "it is empty")
    return root


def _node(event: Any, line: int) -> Node | None:
    if getattr(event, "tag", None) not in (None, "!"):
        raise Broken(line, f"tags ({event.tag}) are not read")
    if isinstance(event, yaml.ScalarEvent):
        quoted = event.style is not None
        if any("\ud800" <= character <= "\udfff" for character in event.value):
            raise Broken(line, "it has half of a character (a lone surrogate)")
        empty = not quoted and event.value in ("", "~", "null")
        return Node(line, text="" if empty else event.value.strip(), quoted=quoted)
    if isinstance(event, yaml.MappingStartEvent):
        return Node(line, fields={})
    return Node(line, items=[]) if isinstance(event, yaml.SequenceStartEvent) else None


def _put(holder: _Open, node: Node) -> None:
    if holder.node.items is not None:
        holder.node.items.append(node)
        return
    fields: Mapping[str, Node] = holder.node.fields or {}
    if holder.name is None:
        if node.text is None or node.text == "":
            raise Broken(node.line, f"a field's name is {node.kind} and no text")
        if node.text in fields:
            raise Broken(node.line, f"{node.text!r} is there a second time (first on line {fields[node.text].line})")
        holder.name = node.text
        holder.node.lines[node.text] = node.line
        # The place is taken at once, so that a name that comes again is found whatever its value.
        assert holder.node.fields is not None  # noqa: S101 - a mapping has fields
        holder.node.fields[node.text] = node
    else:
        assert holder.node.fields is not None  # noqa: S101 - a mapping has fields
        holder.node.fields[holder.name] = node
        holder.name = None
