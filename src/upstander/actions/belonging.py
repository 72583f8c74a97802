"""What of a site is in a backup: asked where one is made, where it is verified, and where it is brought back."""

import re

__all__ = ["belongs", "may_be_left"]

#: What a case's folder may be called.
_CASE = r"cases/[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
#: What is in the decisions may be called. What is being written there has a dot before its name.
_DECIDED = r"[A-Za-z0-9@_-][A-Za-z0-9@._-]*"

_MEMBER = re.compile(
    r"register\.(?:sqlite3|dump)"
    rf"|{_CASE}/(?:exhibits/case\.json|exhibits/bytes/[0-9a-f]{{2}}/[0-9a-f]{{64}}"
    r"|exhibits/intakes/[0-9]{4,}-[0-9a-f]{12}\.json"
    rf"|decisions/{_DECIDED}(?:/{_DECIDED})*"
    r"|inbox/[0-9]+-[0-9a-f]{12}/(?:key/)?[0-9]+/[^/\0]+)"
)
#: The folders of a case that are gone through.
_WITHIN = re.compile(rf"{_CASE}/(?:inbox|decisions|exhibits/intakes|exhibits/bytes)/[^\0]+")


def belongs(name: str) -> bool:
    """Whether a file of that name is Upstander's: nothing else is written into a backup, or read from one."""
    return _MEMBER.fullmatch(name) is not None and _stays(name)


def may_be_left(name: str) -> bool:
    """Whether a backup of an earlier version may hold that, which is nothing of Upstander's: it is passed over."""
    return _WITHIN.fullmatch(name) is not None and _stays(name)


def _stays(name: str) -> bool:
    return not {"", ".", ".."} & set(name.split("/"))
