"""Handles: a name or number as the export writes it, without the marks that only steer its direction."""

import re

from upstander.evidence.sources.whatsapp_text.phrases import plain, straight

__all__ = ["display", "handle", "number"]

_NUMBER = re.compile(r"\+?[\d(][\d ().\-]{4,28}\d")


def handle(written: str) -> str:
    """The handle in `written`. No-break spaces and the tilde of an unsaved contact are part of it."""
    return plain(written).strip()


def display(name: str) -> str | None:
    """The profile name behind a tilde (`~ Bob`), which is how exports write contacts that are not saved."""
    return name[1:].strip() or None if name.startswith("~") else None


def number(name: str) -> str | None:
    """The telephone number that a handle is, as + and digits; None where it is no number in international form."""
    if not name.startswith("+") or not _NUMBER.fullmatch(straight(name)):
        return None
    return "+" + "".join(character for character in name if character.isdecimal())
