"""The fields of a search, by what other names they go, and what with a colon in it is no field."""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

__all__ = ["FIELDS", "OTHER_NAMES", "field_of", "is_text", "unknown"]

#: Fields, and in words what each is asked.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "author": "who wrote it: a name, handle or person id",
        "custodian": "whose phone holds it",
        "conversation": "a title or id",
        "exhibit": "which exhibit holds it",
        "kind": "text, image and so on",
        "code": "what it was coded as",
        "flagged": "what the first ranking takes it for",
        "deleted": "the exhibit or phone that shows it deleted; * for any",
        "held": "how many exhibits hold it: 1, or 2..",
        "since": "sent at or after this date or time (UTC)",
        "until": "sent up to the end of this date, or this time",
        "at": "[2018-03-01 TO 2018-03-05], 2018-03.., or one day, month or year",
        "contains": "characters, within words too",
    }
)
#: Other names that people give them, and those of the columns that hits are printed with.
OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "after": "since", "from": "since", "before": "until", "to": "until", "by": "author", "in": "conversation",
        "date": "at", "deleted-on": "deleted", "deleted_on": "deleted", "exhibits": "exhibit", "title": "conversation",
    }
)  # fmt: skip
#: Schemes of addresses that have no `//` after them.
_SCHEMES = frozenset({"mailto", "tel", "sms", "xmpp", "magnet"})


def field_of(name: str) -> str | None:
    """The field that goes by `name`, if one does."""
    name = name.lower()
    name = OTHER_NAMES.get(name, name)
    return name if name in FIELDS else None


def is_text(name: str, rest: str) -> bool:
    r"""Whether `name:rest`, whose name is no field's, is what somebody pasted: an address, a path, `std::map`.

    `C:\Users` and `d:/x` are paths; and a single letter is no field's name, so that `Q:yes` is text too.
    """
    return len(name) == 1 or name.lower() in _SCHEMES or rest.startswith(("//", "\\", ":"))


def unknown(name: str, whole: str) -> str:
    """Why `whole`, which begins with `name:`, is refused, and what to write."""
    near = get_close_matches(name.lower(), [*FIELDS, *OTHER_NAMES], 1, 0.75)
    meant = f"; {near[0]}: is meant, perhaps" if near else ""
    return (
        f"there is no field {name}:{meant}; fields are {', '.join(f'{field}:' for field in FIELDS)}; to search for"
        f' what is written here, colon and all, put it in quotation marks: "{whole}"'
    )
