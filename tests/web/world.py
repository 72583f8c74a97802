"""One case with a word of its own in everything that it holds, and somebody of every kind who may come to it."""

import datetime as dt
import hashlib
import json
import zlib
from dataclasses import dataclass
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.test import Client
from tests.register.people import account
from tests.support.made_case import NOW
from tests.web.cases import registered, why

from upstander.actions import OF_ROLES, Power
from upstander.actions.decide_stance import seen_of
from upstander.actions.settle_disagreement import stood
from upstander.evidence.intake import Handed
from upstander.evidence.transcript import Line, Transcript
from upstander.people.listed import persons, suggestions
from upstander.register.models import Account, Case, HandIn, HandInState, Role, Standing, StandingKind
from upstander.review.certificate import Rule
from upstander.review.certificate.scope import Scope
from upstander.review.codings.coding import Coding
from upstander.review.codings.record import append
from upstander.review.search.saved import written
from upstander.review.stance.standing import short
from upstander.stages import ingest
from upstander.stages.certificate import standing
from upstander.stages.choosing import choose
from upstander.stages.indexing import index
from upstander.stages.queue import next_for
from upstander.stages.resident import resident
from upstander.stages.review import stances
from upstander.stages.sighted import named_by
from upstander.stages.stances import Asked, listed
from upstander.stages.transcripts import transcript
from upstander.storage import Case as Folder
from upstander.storage import Home
from upstander.storage.decisions import add

__all__ = ["BARRED", "CODE", "NAMED", "REFERENCE", "SAID", "WHO", "World", "folder", "inhabited"]

REFERENCE = "MS-1"
#: The code that the case is read for.
CODE = "threat_violence"

#: What stands in messages, and nowhere else.
SAID = "quennelword"
#: What stands in names: of people, conversations, custodians, files.
NAMED = "Brackenbury"

#: Everybody who may come, as the table of powers names them, with their user name.
WHO = {
    "owner": "olive",
    "investigator": "ines",
    "reviewer": "rae",
    "decision maker": "dan",
    "auditor": "aud",
    "administrator": "root",
    "stranger": "stan",
    "subject": "sam",
    "supervisor": "sue",
    "signed out": "",
}

#: Those who were given a role behind the program's back, and are named in the case.
BARRED = {"sam": StandingKind.SUBJECT, "sue": StandingKind.SUPERVISOR}


def _png() -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")

    head = (1).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def _telegram() -> bytes:
    names = [f"{NAMED} Ann", f"{NAMED} Bob", f"Cy {NAMED}"]
    rows = [
        {
            "id": number,
            "type": "message",
            "date": f"2018-03-01T07:{number:02d}:00",
            "date_unixtime": str(1519887600 + 60 * number),
            "from": names[number % 3],
            "from_id": f"user{number % 3}",
            "text": f"{SAID} number {number}, said by hand",
            "reply_to_message_id": 1 if number == 4 else None,
            "photo": "photos/1.png" if number == 2 else None,
        }
        for number in range(1, 13)
    ]
    kept: list[dict[str, object]] = [{name: value for name, value in row.items() if value is not None} for row in rows]
    kept[0]["reactions"] = [{"type": "emoji", "count": 1, "emoji": "👍", "recent": [{"from_id": "user2"}]}]
    return json.dumps({"name": f"{NAMED} lates", "type": "private_group", "id": 7, "messages": kept}).encode()


def _whatsapp() -> bytes:
    """The same people on another phone: two of their handles may be one person."""
    said = [f"[01/03/2018, 10:{n:02d}:00] {NAMED} {'Ann' if n % 2 else 'Bob'}: {SAID} again {n}\n" for n in range(1, 9)]
    return "".join(said).encode()


def folder(home: Path, reference: str = REFERENCE) -> Folder:
    """The case's folder, with two phones taken in, compared and indexed."""
    case = Home(home).new(reference, title=f"Operation {reference}", now=NOW)
    for number, (name, content) in enumerate((("result.json", _telegram()), ("_chat.txt", _whatsapp())), start=1):
        received = home.parent / f"{reference}-{number}" / NAMED
        (received / "photos").mkdir(parents=True)
        (received / name).write_bytes(content)
        (received / "photos" / "1.png").write_bytes(_png())
        handed = Handed(custodian=f"{NAMED} Ann", reference=f"AB/{number}", time_zone="Europe/London")
        ingest(case, [received], handed, now=NOW, progress=lambda *_: None)
    index(case, progress=lambda *_: None)
    _reviewed(case)
    return case


def _reviewed(case: Folder) -> None:
    """Reading for a code has begun, two people decided on one message differently, and responses were weighed."""
    next_for(case, CODE, by="R. Reader", now=NOW, seed=1)
    told = transcript(case)
    line = _answered(told)
    for by, applies in (("R. Reader", True), ("S. Second", False)):
        append(case, [Coding(line.held[-1].sighting, CODE, "police-misconduct@1", applies, by, NOW)])
    stances(case)
    stands = standing(case, CODE, Scope())
    choose(case, stands, Rule.BOTH, None, recall=0.8, confidence=0.95, by="R. Reader", now=NOW)
    add(case.decisions / "searches.jsonl", [written("tea", "tea", by="R. Reader", now=NOW)[1]], what="it")


def _answered(told: Transcript) -> Line:
    """The message with the picture."""
    of = max(told.conversations(), key=lambda of: of.lines)
    return next(line for line in told.lines(of, 0, of.lines) if line.attachments)


@dataclass(frozen=True, repr=False)
class World:
    """The case in the register, and a browser for everybody."""

    folder: Folder
    case: Case
    browsers: dict[str, Client]
    #: What stands in the place of each part of an address.
    parts: dict[str, str]
    #: A pair of handles that may be one person.
    pair: tuple[str, str]
    #: A response, as a form names it.
    response: dict[str, str]
    #: What each is given to read for the code, by user name.
    holds: dict[str, str]
    #: What a form says of the disagreement that it settles.
    disputed: str


def inhabited(folder: Folder) -> World:
    """The case with somebody of every kind, each signed in, those who read having said why."""
    for kind, username in WHO.items():
        if username:
            account(username, administrator=kind == "administrator")
    spare = account("spare")
    Authenticator.objects.create(user=spare, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    roles = {"olive": Role.OWNER, "ines": Role.INVESTIGATOR, "rae": Role.REVIEWER}
    roles |= {
        "spare": Role.AUDITOR,
        "dan": Role.DECISION_MAKER,
        "aud": Role.AUDITOR,
        "sam": Role.OWNER,
        "sue": Role.INVESTIGATOR,
    }
    case = registered(folder.path.name, **roles)
    for username, kind in BARRED.items():
        named = Account.objects.get(username=username)
        Standing.objects.create(case=case, kind=kind, name=named.full_name, stated_at=NOW)
    witness = Standing.objects.create(case=case, kind=StandingKind.WITNESS, name="Wanda Quist", stated_at=NOW)
    file = {"name": f"{NAMED}.json", "bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest(), "at": "1-0/1/x"}
    HandIn.objects.create(
        case=case, number=0, handed_at=NOW, state=HandInState.WAITING, custodian=f"{NAMED} Ann", files=[file]
    )
    browsers = {kind: Client() for kind in WHO}
    for kind, username in WHO.items():
        if username:
            who = Account.objects.get(username=username)
            browsers[kind].force_login(who, backend="upstander.web.signing_in.Passwords")
            role = roles.get(username)
            if role and Power.READ in OF_ROLES[role] and username not in BARRED:
                why(browsers[kind], case.reference)
    told = transcript(folder)
    of = max(told.conversations(), key=lambda of: of.lines)
    rows = suggestions(folder)
    parts = {
        "reference": case.reference,
        "conversation": of.conversation,
        "message": _answered(told).message,
        "code": CODE,
        "mode": "queue",
        "form": "csv",
        "number": "0",
        "exhibit": next(path.name for path in sorted(folder.bytes.rglob("*")) if path.is_file()),
        "username": "spare",
        "person": persons(folder)[0]["person"],
        "pk": "1",
        "standing": str(witness.pk),
    }
    response = listed(folder, Asked(show="all"), limit=1).rows[0]
    resident(folder, CODE, patience=60)
    pair = (rows[0]["a"], rows[0]["b"]) if rows else ("", "")
    holds = {}
    for kind in ("owner", "investigator", "reviewer"):
        shown = browsers[kind].get(f"/cases/{case.reference}/review/{CODE}/").content.decode()
        holds[WHO[kind]] = hold = shown.partition('name="hold" value="')[2].partition('"')[0]
        browsers[kind].get(f"/cases/{case.reference}/review/{CODE}/?reveal={hold}")
    answered = {"message": response.message, "name": short(*response.key), "seen": seen_of(response)}
    return World(
        folder, case, browsers, parts, pair, answered, holds, stood(folder, named_by(of, _answered(told)), CODE)
    )


def later(days: int) -> dt.datetime:
    """So many days after the case was made."""
    return NOW + dt.timedelta(days=days)
