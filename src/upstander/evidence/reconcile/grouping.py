"""Which captures show one conversation, and how that is known.

By the platform's own key of a group; by message keys held in common; by the statement of whoever ingested the exhibit;
or by bodies that are said once in both and agree in time. The last is evidence, not proof: it joins captures only where
most of what both should hold agrees and nothing else fits; what is weaker, or fits two conversations, is proposed and
left apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from upstander.evidence.reconcile.bodies import SORTS
from upstander.evidence.reconcile.date_order import other_order
from upstander.evidence.reconcile.held import Held
from upstander.evidence.reconcile.joins import Basis, Group, Joins
from upstander.evidence.reconcile.likeness import LEAST, Likeness, Said, likeness, said

__all__ = ["Basis", "Group", "group"]

#: Platforms whose key of a group is the same on every member's phone.
_SHARED_KEYS = frozenset({"whatsapp", "signal", "telegram", "slack", "teams", "discord", "imessage"})

#: Of the bodies that both should hold, the share that must agree before captures are joined.
_SHARE = 0.5

#: People who must have said what agrees: a broadcast, or a notice posted to two groups, is one person's.
_AUTHORS = 2

#: Captures beyond which a body that they all have says nothing.
_WIDESPREAD = 40

#: Of messages with one key, the share that must have one body before keys are taken for the platform's.
_SAME_BODY = 0.5


def group(captures: Sequence[Held], *, stated: Mapping[str, str], undecided: frozenset[str]) -> list[Group]:
    """Groups of captures, by id.

    `stated` gives the conversation that whoever ingested an exhibit named; `undecided` are captures whose dates can be
    read in two orders: `sent` is set to the order that the other captures show.
    """
    captures = sorted(captures, key=lambda held: held.capture)
    joins = Joins(captures)
    _by_platform_key(captures, joins)
    _by_message_keys(captures, joins)
    _by_statement(captures, stated, joins)
    _by_bodies(captures, undecided, stated, joins)
    return joins.groups(undecided)


def _by_platform_key(captures: Sequence[Held], joins: Joins) -> None:
    first: dict[tuple[str, str], str] = {}
    for held in captures:
        if _named(held):
            other = first.setdefault((held.platform, str(held.platform_key)), held.capture)
            if other != held.capture:
                detail = f"both exports name the group by the key {held.platform_key}"
                joins.join(other, held.capture, Basis("platform_key", detail=detail))


def _named(held: Held) -> bool:
    """Whether the platform's key says which conversation it is."""
    return held.kind == "group" and bool(held.platform_key) and held.platform in _SHARED_KEYS


def _by_message_keys(captures: Sequence[Held], joins: Joins) -> None:
    for platform in sorted({held.platform for held in captures}):
        keyed = [held for held in captures if held.platform == platform and held.keyed and not _named(held)]
        if len(keyed) < 2:
            continue
        key = np.concatenate([held.key for held in keyed])
        place = np.concatenate([np.full(len(held), number) for number, held in enumerate(keyed)])
        body = np.concatenate([np.where(held.sort == SORTS["words"], held.body, 0) for held in keyed])
        some = key != 0
        key, place, body = key[some], place[some], body[some]
        order = np.lexsort((place, key))
        key, place, body = key[order], place[order], body[order]
        same = np.flatnonzero((key[1:] == key[:-1]) & (place[1:] != place[:-1]))
        edges, back, count = np.unique(
            place[same] * len(keyed) + place[same + 1], return_inverse=True, return_counts=True
        )
        words = (body[same] != 0) & (body[same + 1] != 0)
        spoken = np.bincount(back[words], minlength=len(edges))
        agreed = np.bincount(back[words & (body[same] == body[same + 1])], minlength=len(edges))
        for edge, number, compared, equal in zip(
            edges.tolist(), count.tolist(), spoken.tolist(), agreed.tolist(), strict=True
        ):
            if compared and equal >= _SAME_BODY * compared:
                a, b = keyed[edge // len(keyed)], keyed[edge % len(keyed)]
                detail = f"{number} messages have the same key in {'both exports' if number > 1 else 'either'}"
                joins.join(a.capture, b.capture, Basis("shared_keys", shared=number, detail=detail))


def _by_statement(captures: Sequence[Held], stated: Mapping[str, str], joins: Joins) -> None:
    of_exhibit: dict[str, list[Held]] = {}
    for held in captures:
        of_exhibit.setdefault(held.exhibit, []).append(held)
    meant: dict[str, list[Held]] = {}
    for exhibit, name in sorted(stated.items()):
        mine = of_exhibit.get(exhibit, [])
        meant.setdefault(name.casefold(), []).extend(held for held in mine if len(mine) == 1 or held.title == name)
    for name, named in sorted(meant.items()):
        # What has keys is no exhibit of one conversation: its own title or key says which of its captures is meant.
        titled = [
            held
            for held in captures
            if held.exhibit not in stated
            and held.keyed
            and name in {word.casefold() for word in (held.title, held.platform_key) if word}
        ]
        places = {joins.root(held.capture) for held in [*named, *titled] if held.keyed}
        if len(places) > 1:
            # Two conversations that keys tell apart are called so: which is meant, what they say has to show.
            named, titled = [held for held in named if not held.keyed], []
        for held in named[1:]:
            detail = f"whoever handed it in stated that it is the conversation {stated[held.exhibit]}"
            joins.join(named[0].capture, held.capture, Basis("stated", detail=detail), apart_if_keyed=True)
        for held in titled if named else []:
            detail = f"whoever handed the other in stated that it is {held.title or held.platform_key}"
            joins.join(named[0].capture, held.capture, Basis("stated", detail=detail), apart_if_keyed=True)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A capture without keys and another capture that it is like."""

    held: Held
    other: Held
    likeness: Likeness

    @property
    def strong(self) -> bool:
        """Whether it joins: what one person alone said in both may have been sent to two conversations."""
        alike = self.likeness
        return alike.share >= _SHARE and alike.pairs >= LEAST and alike.authors >= _AUTHORS


def _by_bodies(captures: Sequence[Held], undecided: frozenset[str], stated: Mapping[str, str], joins: Joins) -> None:
    once = {held.capture: said(held) for held in captures}
    edges = []
    for held, other in _candidates(captures, once):
        names = {stated.get(one.exhibit, "").casefold() for one in (held, other)}
        if "" not in names and (len(names) > 1 or joins.root(held.capture) == joins.root(other.capture)):
            continue
        alike = likeness(held, once[held.capture], other, once[other.capture], swap=held.capture in undecided)
        if alike is not None:
            edges.append(_Edge(held, other, alike))
    edges.sort(key=lambda edge: (-edge.likeness.share, -edge.likeness.pairs, edge.held.capture, edge.other.capture))
    orders = _date_orders(edges, undecided)
    # What is like two conversations that keys tell apart is joined to neither.
    keyed_places: dict[str, set[str]] = {}
    for edge in edges:
        if edge.strong and edge.other.keyed:
            keyed_places.setdefault(edge.held.capture, set()).add(joins.root(edge.other.capture))
    torn = {capture for capture, places in keyed_places.items() if len(places) > 1}
    for edge in edges:
        share, pairs = edge.likeness.share, edge.likeness.pairs
        detail = f"{pairs} bodies are said once in either and agree in time, {share:.0%} of those that both should hold"
        if edge.likeness.authors < _AUTHORS:
            detail += ", and all are one person's: they may have been sent to two conversations"
        why = Basis("shared_bodies", pairs, round(share, 4), detail, orders.get(edge.held.capture))
        apart = not edge.strong or edge.held.capture in torn
        if apart or not joins.join(edge.held.capture, edge.other.capture, why, apart_if_keyed=True):
            joins.propose(edge.held.capture, edge.other.capture, why)
    for capture, order in orders.items():
        joins.decide(capture, order)


def _date_orders(edges: Sequence[_Edge], undecided: frozenset[str]) -> dict[str, str]:
    """The order of dates that the other captures show, by capture; times are set to it."""
    found: dict[str, str] = {}
    for edge in edges:
        capture = edge.held.capture
        if capture not in undecided or not edge.strong:
            continue
        order = "other" if edge.likeness.swapped else "as_read"
        found[capture] = order if found.get(capture, order) == order else "open"
    for held in {edge.held.capture: edge.held for edge in edges}.values():
        if found.get(held.capture) == "other":
            held.sent = other_order(held)
    return found


def _candidates(captures: Sequence[Held], once: Mapping[str, Said]) -> list[tuple[Held, Held]]:
    """Pairs worth a closer look: a capture without keys and another of its platform with bodies in common."""
    found = []
    for platform in sorted({held.platform for held in captures}):
        mine = [held for held in captures if held.platform == platform]
        if all(held.keyed for held in mine) or len(mine) < 2:
            continue
        digests = np.concatenate([once[held.capture].digests for held in mine])
        place = np.concatenate([np.full(len(once[held.capture].digests), n) for n, held in enumerate(mine)])
        order = np.lexsort((place, digests))
        digests, place = digests[order], place[order]
        counts = np.zeros((len(mine), len(mine)), np.int64)
        # A body in more captures than this is a greeting that everybody forwards.
        for step in range(1, min(_WIDESPREAD, len(mine))):
            same = digests[step:] == digests[:-step]
            if not same.any():
                break
            np.add.at(counts, (place[:-step][same], place[step:][same]), 1)
        for a, b in zip(*(axis.tolist() for axis in np.nonzero(counts >= LEAST - 1)), strict=True):
            first, second = mine[a], mine[b]
            if first.keyed and second.keyed:
                continue
            found.append((second, first) if first.keyed else (first, second))
    return found
