"""The fields of one mapping of a codebook, each read as what it is meant to be; what it is not becomes a mistake."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from upstander.review.codebook.nodes import Node

__all__ = ["Fields", "Mistake", "Mistakes"]


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """What is wrong, and on which line (from 1)."""

    line: int
    says: str

    def __str__(self) -> str:
        """As one sentence."""
        return f"line {self.line}: {self.says}"


@dataclass(slots=True)
class Mistakes:
    """The mistakes found so far."""

    made: set[Mistake] = field(default_factory=set)

    def add(self, line: int, says: str) -> None:
        """Note one."""
        self.made.add(Mistake(line, says))

    def sorted(self) -> tuple[Mistake, ...]:
        """All of them by line."""
        return tuple(sorted(self.made))


class Fields:
    """The fields of a node that should be a mapping."""

    def __init__(self, node: Node, what: str, found: Mistakes, *, known: bool = False) -> None:
        """Look at `node`, which is called `what`; `known` where it may be something else than a mapping."""
        self.node = node
        self.what = what
        self.found = found
        if node.fields is None and not known:
            found.add(node.line, f"{what} is {node.kind} and no mapping of fields")

    @property
    def fields(self) -> Mapping[str, Node]:
        """The nodes by name; none where it is no mapping."""
        return self.node.fields or {}

    def line(self, name: str) -> int:
        """Line of a field's name, or of the whole where it is not there."""
        return self.node.lines.get(name, self.node.line)

    def only(self, names: Collection[str]) -> None:
        """No other fields than these."""
        for name in self.fields:
            if name not in names:
                self.found.add(self.line(name), f"{self.what} has a field {name!r}; known are {', '.join(names)}")

    def named(self, name: str, pattern: re.Pattern[str], words: str) -> None:
        """The mapping's own name is of this form."""
        if not pattern.fullmatch(name):
            self.found.add(self.node.line, f"{self.what} is not named by {words}")

    def peek(self, name: str) -> str:
        """The text of a field, empty where there is none; no mistake."""
        node = self.fields.get(name)
        return (node.text or "") if node is not None else ""

    def text(self, name: str, *, optional: bool = False) -> str:
        """A text, which may not be empty unless it is optional."""
        node = self._there(name, optional=optional)
        return "" if node is None else self.said(node, f"{name!r} of {self.what}")

    def said(self, node: Node, what: str) -> str:
        """The text of a node, its line ends and runs of spaces made one space."""
        if not node.text:
            self.found.add(node.line, f"{what} is {'empty' if node.text == '' else node.kind} and should be a text")
            return ""
        return " ".join(node.text.split())

    def matching(self, name: str, pattern: re.Pattern[str], words: str) -> str:
        """A text of a form."""
        text = self.text(name)
        if text and not pattern.fullmatch(text):
            self.found.add(self.line(name), f"{name!r} of {self.what} is {text!r} and not {words}")
        return text

    def one_of(self, name: str, values: Collection[str]) -> str:
        """A text that is one of several."""
        text = self.text(name)
        if text and text not in values:
            self.found.add(
                self.line(name), f"{name!r} of {self.what} is {text!r} and none of {', '.join(values) or '(none)'}"
            )
        return text

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        if name not in self.fields:
            return default
        text = self.text(name)
        if text not in ("true", "false", ""):
            self.found.add(self.line(name), f"{name!r} of {self.what} is {text!r} and neither true nor false")
        return text == "true"

    def texts(self, name: str, *, optional: bool = False) -> tuple[str, ...]:
        """A list of texts, not empty unless it is optional."""
        node = self._there(name, optional=optional)
        return () if node is None else tuple(text for _, text in self.listed(node, f"{name!r} of {self.what}"))

    def listed(self, node: Node, what: str) -> list[tuple[int, str]]:
        """The texts of a list, each with its line, none of them twice."""
        if not node.items:
            said = "an empty list" if node.items is not None else node.kind
            self.found.add(node.line, f"{what} is {said} and should be a list of texts")
            return []
        texts: dict[str, int] = {}
        for item in node.items:
            text = self.said(item, f"an item of {what}")
            if text in texts:
                self.found.add(item.line, f"{text!r} is twice in {what}")
            elif text:
                texts[text] = item.line
        return [(line, text) for text, line in texts.items()]

    def mapping(self, name: str, *, optional: bool = False) -> Mapping[str, Node]:
        """A mapping, not empty unless it is optional."""
        node = self._there(name, optional=optional)
        if node is None:
            return {}
        if not node.fields:
            said = "an empty mapping" if node.fields is not None else node.kind
            self.found.add(node.line, f"{name!r} of {self.what} is {said} and should be a mapping")
        return node.fields or {}

    def items(self, name: str) -> list[Node]:
        """A list of anything, not empty."""
        node = self._there(name, optional=False)
        if node is not None and not node.items:
            said = "an empty list" if node.items is not None else node.kind
            self.found.add(node.line, f"{name!r} of {self.what} is {said} and should be a list")
        return (node.items or []) if node is not None else []

    def _there(self, name: str, *, optional: bool) -> Node | None:
        node = self.fields.get(name)
        if node is None and not optional and self.node.fields is not None:
            self.found.add(self.node.line, f"{self.what} lacks {name!r}")
        return node
