"""Cases that the desk's tests read: the sample operation, and one made of everything that is hostile."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from tests.support.made_case import Made, make, say, system

from upstander.register.models import Account, Grant, Role
from upstander.register.models import Case as Registered
from upstander.stages.exhibits import reconcile
from upstander.storage import Case, Home

__all__ = ["HOSTILE", "LONG", "hostile", "made", "registered", "why"]

_THEN = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)

#: A megabyte of text, whose end nobody needs to see at once.
LONG = "lorem ipsum " * 87_382

#: What a page must show and may not do.
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% for x in y %}",
    "left \u202egnp.exe\u202c right",
    "\u2066hidden\u2069 \u200b\u200e\u061c\ufeff",
    "zero \x00 one \x07 bell \x1b[31m red \x9b",
    "line\r\nline\rline\u2028line",
    "</textarea></title></style><svg onload=alert(1)>",
    "e" + "\u0301" * 300,
    "=cmd|' /C calc'!A0",
    "javascript:alert(1)",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f flag",
)


def registered(reference: str, **roles: Role) -> Registered:
    """The case in the register, with a role for each account, by user name."""
    known = Registered.objects.create(reference=reference, title=f"Operation {reference}", opened_at=_THEN)
    for username, role in roles.items():
        Grant.objects.create(case=known, account=Account.objects.get(username=username), role=role, given_at=_THEN)
    return known


def why(browser: object, reference: str) -> None:
    """Say what one reads for."""
    answer = browser.post(f"/cases/{reference}/reading/why/", {"kind": "reviewing", "said": ""})  # type: ignore[attr-defined]
    assert answer.status_code == 302


def made(home: Path, reference: str, fill: Callable[[Made], None]) -> Case:
    """A case of one exhibit with what `fill` puts into it, compared and with its people worked out."""
    case = Home(home).new(reference, title=reference, now=_THEN)
    exhibit = make(case)
    fill(exhibit)
    exhibit.close()
    with case.writing():
        reconcile(case, progress=lambda *_: None)
    return case


def hostile(exhibit: Made) -> None:
    """A group whose every string is made to do harm; undated messages; one of a megabyte."""
    group = exhibit.conversation(title='<b>"Nights" \u202e</b>', platform_key="k" * 5_000)
    place = 0
    for place, text in enumerate(HOSTILE):
        author = f"<i>{text[:20]}</i>"
        message = say(group, place, text, author=author, platform_key=f"key-{place}", reply_to_text=text)
        group.reaction(f"r{place}", emoji=text, message=message, target_key=f"key-{place}", participant=author)
        group.edit(f"e{place}", version=1, text=text, message=message, target_key=f"key-{place}")
        group.attachment(message, ordinal=0, kind="image", held="held", name=text, sha256="0" * 64, caption=text)
    say(group, place + 1, LONG, author="x" * 100_000, platform_key="long")
    say(group, place + 2, "undated", sent_at=None)
    answered = {"reply_to": "nobody has this", "reply_to_text": LONG, "reply_to_author": "y" * 5_000}
    say(group, place + 3, None, kind="view_once", **answered)
    system(group, place + 4, "other", HOSTILE[0])
    added = system(group, place + 5, "added", HOSTILE[1])
    group.membership("added", message=added, participant=HOSTILE[0], actor=HOSTILE[3], evidence="system_event")
    say(group, place + 6, "deleted", deleted="by_author", kind="deleted")
    exhibit.conversation("empty", title=None)
