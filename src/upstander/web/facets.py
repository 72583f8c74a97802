"""What a search can be narrowed by, in words."""

from collections.abc import Callable
from datetime import date

from upstander.evidence.called import message_called
from upstander.stages.codes import code_of
from upstander.storage import Case
from upstander.web.narrowing import FACETS

__all__ = ["FIELDS", "said_as"]

#: What may be typed, and what it finds.
FIELDS = (
    ("author:maddox", "written by somebody who is called so"),
    ("conversation:knitting", "in a conversation that is called so"),
    ("custodian:lowry", "on the phone or account of somebody"),
    ("exhibit:MS/1.1", "held by one exhibit"),
    ("kind:voice", "of one kind: text, image, voice, document and so on"),
    ("code:misogyny_sexism", "to which a code was found to apply"),
    ("flagged:misogyny", "flagged so by the first ranking, which is no reading"),
    ("deleted:*", "shown as deleted by a phone, marked so or missing there with a trace; deleted:MS/1.1 by that one"),
    ("since:2017-03-01", "from a day on; until:2017-03-31 up to one; days and months that are typed are those of UTC"),
    ("contains:nif", "with these letters anywhere in a word"),
)


def said_as(case: Case) -> Callable[[str, str], str]:
    """What a value of the facet of that title is called: a month, a kind, a code or a flag in words."""

    def said(title: str, value: str) -> str:
        if title == FACETS["code"][0]:
            about = code_of(case, value)
            return about.title if about is not None else value
        if title == FACETS["kind"][0]:
            return message_called(value)
        if title == FACETS["month"][0]:
            return _month(value)
        return value.replace("_", " ") if title == FACETS["flagged"][0] else value

    return said


def _month(value: str) -> str:
    try:
        return f"{date.fromisoformat(f'{value}-01'):%B %Y}"
    except ValueError:
        return value
