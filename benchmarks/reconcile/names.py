"""What each phone calls each person: saved names, `~ Name`, or a number in the range that Ofcom keeps for drama."""

import numpy as np
from benchmarks.reconcile.knobs import Phone
from benchmarks.reconcile.made import Operation

__all__ = ["address", "linked", "shown", "telephone"]

_FIRST = (
    "Alex", "Sam", "Jo", "Robin", "Chris", "Pat", "Lee", "Kim", "Dana", "Max", "Toni", "Ash", "Bo", "Casey", "Drew",
    "Ellis", "Frankie", "Gale", "Hari", "Indi", "Jude", "Kit", "Lane", "Mo", "Nicky", "Ola", "Perry", "Quinn", "Ray",
    "Sasha", "Terry", "Uma", "Val", "Wyn", "Yaz", "Zara", "Bryn", "Cleo", "Dev", "Eden",
)  # fmt: skip
_LAST = (
    "Carter", "Okoro", "Marsh", "Bell", "Hart", "Lowe", "Dunn", "Peel", "Reid", "Shaw", "Tran", "Vance", "Wells",
    "Young", "Abbot", "Bose", "Craig",
)  # fmt: skip
_SAVED = ("{f} {l}", "{f}", "{l} {f}", "{f} {l} Work", "{f} {i}", "{f} (new)")


def telephone(person: int, *, moved: bool) -> str:
    """A person's number, digits only; `moved` after they changed it."""
    return f"447700900{person + (500 if moved else 0):03d}"


def address(person: int, *, moved: bool) -> str:
    """The address of a person's telephone account."""
    return f"{telephone(person, moved=moved)}@s.whatsapp.net"


def linked(person: int) -> str:
    """The linked id of a person."""
    return f"{205_690_463_000_000 + person * 7_919}@lid"


def own_name(person: int) -> tuple[str, str]:
    """First and last name."""
    again = person // len(_FIRST)
    return _FIRST[person % len(_FIRST)] + (str(again + 1) if again else ""), _LAST[person % len(_LAST)]


def shown(operation: Operation, index: int) -> list[str]:
    """Names as a text export writes them, one a person; last, what whoever changed their number is called after it.

    No two people have one name on a phone. Numbers stand in direction marks, as they do in exports. The phone's own
    owner is shown by the same name after a change.
    """
    phone = operation.phones[index]
    rng = np.random.default_rng([operation.seed, 3, phone.contacts])
    styles = rng.integers(0, len(_SAVED), size=operation.shape.people)
    unsaved = rng.random(operation.shape.people) < phone.unsaved
    tilde = rng.random(operation.shape.people) < 0.5
    found: list[str] = []
    for person in range(operation.shape.people):
        first, last = own_name(person)
        if person == phone.owner:
            name = f"{first} {last}"
        elif unsaved[person]:
            name = _tilde(first, phone) if tilde[person] else _number(person, phone, moved=False)
        else:
            name = _SAVED[styles[person]].format(f=first, l=last, i=last[0])
        found.append(name)
    mover = operation.mover
    return found if mover in (-1, phone.owner) else [*found, _number(mover, phone, moved=True)]


def _tilde(first: str, phone: Phone) -> str:
    return f"~{_blank(phone)}{first}"


def _number(person: int, phone: Phone, *, moved: bool) -> str:
    digits = telephone(person, moved=moved)
    blank = _blank(phone)
    return f"\u202a+{digits[:2]}{blank}{digits[2:6]}{blank}{digits[6:]}\u202c"


def _blank(phone: Phone) -> str:
    return "\u00a0" if phone.layout == "ios" else " "
