"""Run as a program: `python -m tests.support.shown_desk` makes a desk in the home, as it is after some days of work.

Its case is the sample operation's; its people are invented. Prints one JSON object: the addresses' parts, and for each
person the session in which they are signed in.

With `--troubled` some hand-ins wait, were stopped or failed. With `--moving` nothing is made but a hand-in that is
being read, in a desk that is there.
"""

import json
import re
import secrets
import sys
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import django

__all__ = ["CODE", "KEYED", "PASSWORD", "REFERENCE", "SAMPLED"]

REFERENCE = "MERIDIAN-DEMO"
#: The code that is being read for.
CODE = "misogyny_sexism"
#: The code of whose unread messages a final sample was drawn.
SAMPLED = "sexualised_comment"
PASSWORD = "three green lamps burn"  # noqa: S105 - of invented people
#: Who signs in with a second step.
KEYED = "theo"


def main() -> None:
    """Make it."""
    django.setup()
    if "--moving" in sys.argv:
        _moving()
        return
    from upstander.actions import (
        SYSTEM,
        Actor,
        Sent,
        Statement,
        admit_case,
        choose_plan,
        draw_sample,
        draw_second,
        fail_hand_in,
        give_role,
        hand_in,
        make_account,
        save_search,
        state_standing,
        stop_hand_in,
    )
    from upstander.cli.sample import run
    from upstander.evidence.contents import exhibits
    from upstander.people.listed import persons
    from upstander.register.models import HandIn, HandInState, Role, StandingKind
    from upstander.register.shape import bring_up_to_date
    from upstander.register.site import Site
    from upstander.review.certificate.plan import Rule
    from upstander.stages import review
    from upstander.stages.transcripts import transcript
    from upstander.storage import Home

    now = datetime.now(UTC)
    home = Site.read().home
    bring_up_to_date(home)
    folder, agreement = run(Home(home), now=now, progress=lambda *_: None)
    assert not agreement.differences

    def named(username: str, full_name: str, *, administrator: bool = False) -> Any:
        return make_account(
            SYSTEM, now, username=username, full_name=full_name, password=PASSWORD, administrator=administrator
        )

    maya = named("maya", "Maya Ellison")
    theo, robin = named(KEYED, "Theo Lund"), named("robin", "Robin Vale", administrator=True)
    named("noor", "Noor Castle")
    there = transcript(folder)
    of = there.conversations(named="Knitting", first=0, limit=1)[0]
    lines = [line for line in there.lines(of, 0, of.lines) if line.text and not line.notice]
    disputed = _coded(folder, lines, maya.full_name, theo.full_name, now)
    review.stances(folder, lambda *_: None)
    case = admit_case(SYSTEM, now, folder=folder, owner=maya)
    owner = Actor.of(maya)
    give_role(owner, now, case=case, account=theo, role=Role.REVIEWER)
    kind = StandingKind.SUBJECT
    standing = state_standing(owner, now, case=case, kind=kind, name="Callum Maddox", number="4471")
    save_search(owner, now, case=case, folder=folder, name="Knives", query="knife* OR blade*")
    # Some of what was read once is read again by Theo; of another code a final sample waits.
    draw_second(owner, now, case=case, folder=folder, code=CODE, share=0.6)
    told_of_plan: dict[str, Any] = {"case": case, "folder": folder, "code": SAMPLED, "population": "all"}
    choose_plan(owner, now, **told_of_plan, rule=Rule.FINAL, draws=None, recall=0.8, confidence=0.95)
    draw_sample(owner, now, **told_of_plan, size=40, recall=0.8, confidence=0.95)
    if "--troubled" in sys.argv:
        # A hand-in that waits, one that was stopped, one that is read and one that failed.
        for number in range(4):
            path = home / f"note-{number}.txt"
            path.write_text(f"{number}\n")
            sent = Sent(path.name, path, 2, secrets.token_hex(32))
            told = Statement(custodian="PC Ash Example", reference=f"AB/{number}")
            made = hand_in(owner, now, case=case, folder=folder, statement=told, files=[sent])
            if number == 1:
                stop_hand_in(owner, now, case=case, hand_in=made)
            elif number > 1:
                HandIn.objects.filter(pk=made.pk).update(state=HandInState.RUNNING, label="reading", done=1, total=2)
            if number == 3:
                fail_hand_in(SYSTEM, now, case=case, hand_in=made, error="The disk refused it.")
    key = _keys(theo)
    told_of = {
        "conversation": of.conversation,
        "message": next(line.message for line in lines if line.reactions),
        "disputed": disputed,
        "code": CODE,
        "sampled": SAMPLED,
        "exhibit": next(iter(exhibits(folder)))["exhibit"],
        "key": key,
        "standing": str(standing.pk),
        "person": persons(folder)[0]["person"],
    }
    sessions = {who.username: _signed_in(who) for who in (maya, theo, robin)}
    sys.stdout.write(json.dumps({**told_of, "sessions": sessions}))


def _moving() -> None:
    """A hand-in that is being read, and one that waits for it."""
    from upstander.actions import Actor, Sent, Statement, hand_in
    from upstander.register.models import Account, Case, HandIn, HandInState
    from upstander.register.site import Site
    from upstander.storage import Home

    home, now = Site.read().home, datetime.now(UTC)
    owner = Actor.of(Account.objects.get(username="maya"))
    case = Case.objects.get(reference=REFERENCE)
    for number, (name, whose) in enumerate((("ChatStorage.sqlite", "Aidan Keogh"), ("msgstore.db", "Megan Rudd"))):
        path = home / f"coming-{number}"
        path.write_bytes(b"0" * 4_200_000)
        statement = Statement(custodian=whose, reference=f"MS/{7 + number}")
        sent = [Sent(name, path, 4_200_000, secrets.token_hex(32))]
        made = hand_in(owner, now, case=case, folder=Home(home).open(REFERENCE), statement=statement, files=sent)
        if number == 0:
            moving = {"state": HandInState.RUNNING, "label": "Reading ChatStorage.sqlite", "done": 62, "total": 100}
            HandIn.objects.filter(pk=made.pk).update(**moving)


def _coded(folder: Any, lines: Any, first: str, second: str, now: datetime) -> str:
    """Code some of a conversation, by what the sample says that its lines are; one of them by two people, who differ.

    Gives that one's id.
    """
    from upstander.review.codebook import keep, loaded
    from upstander.review.codings.coding import Coding, Via
    from upstander.review.codings.record import append

    said = (files("meridian") / "lines" / "misconduct.yaml").read_text(encoding="utf-8")
    meant = set(re.findall(r"!misogyny[^:]*: (.+)", said))
    found = [line for line in lines if line.text in meant][:12]
    others = [line for line in lines if line.text not in meant][:30]

    def decided(line: Any, applies: bool, by: str, via: Via) -> Coding:
        return Coding(line.message, CODE, "police-misconduct@1", applies, by, now, via=via)

    once = [decided(line, line in found, first, Via.READ) for line in (*found, *others)]
    twice = [decided(line, line in found[1:], second, Via.SECOND) for line in (*found[:6], *others[:6])]
    keep(folder, loaded("police-misconduct"))
    append(folder, [*once, *twice])
    return str(found[0].message)


def _keys(account: Any) -> int:
    """A second step of every kind, for the pages about it; gives the number of its key."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from fido2.cose import ES256
    from fido2.webauthn import (
        AttestationObject,
        AttestedCredentialData,
        AuthenticatorAttestationResponse,
        AuthenticatorData,
        CollectedClientData,
        RegistrationResponse,
    )

    TOTP.activate(account, generate_totp_secret())
    RecoveryCodes.activate(account)
    public = ES256.from_ctap1(b"\x04" + b"\x01" * 64)  # type: ignore[no-untyped-call]
    held = AttestedCredentialData.create(b"\0" * 16, b"the key on my ring", public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    attested = AuthenticatorData.create(b"\0" * 32, flags, 0, held)
    client = CollectedClientData.create("webauthn.create", b"challenge", "http://localhost")
    shown = AttestationObject.create("none", attested, {})
    answer = AuthenticatorAttestationResponse(client_data=client, attestation_object=shown)
    credential = dict(RegistrationResponse(raw_id=held.credential_id, response=answer))
    credential["clientExtensionResults"] = {"credProps": {"rk": True}}
    told = {"name": "The key on my ring", "credential": credential}
    key = Authenticator.objects.create(user=account, type=Authenticator.Type.WEBAUTHN, data=told)
    return int(key.pk)


def _signed_in(account: Any) -> str:
    """A session in which they are signed in and said what they read for; for an hour nobody asks for their password."""
    from allauth.account.internal import flows
    from django.test import Client

    browser = Client()
    browser.force_login(account, backend="upstander.web.signing_in.Passwords")
    session = browser.session
    hour = {"method": "password", "at": datetime.now(UTC).timestamp() + 3600, "reauthenticated": True}
    session["account_authentication_methods"] = [hour]
    session[flows.login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(account.pk)
    session["reading"] = {REFERENCE: {"why": "investigating"}}
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    main()
