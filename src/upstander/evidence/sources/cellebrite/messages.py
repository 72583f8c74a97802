"""A conversation's records as rows."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.sources.cellebrite.carried import Carried, Quoted, quoted
from upstander.evidence.sources.cellebrite.clock import Clock
from upstander.evidence.sources.cellebrite.parties import Party, models, parties, word
from upstander.evidence.sources.cellebrite.responses import Responses
from upstander.evidence.sources.cellebrite.stream import Model
from upstander.evidence.sources.cellebrite.talk import Sides, Talk, describe
from upstander.evidence.sources.cellebrite.words import ACTIVITIES, DELETED, LABELS
from upstander.evidence.sources.loose import Loose

__all__ = ["Rows"]

#: Milliseconds that a message may be stamped before the one above it.
_BACKWARDS = 60_000
_SENT = frozenset({"sent", "outbox", "drafts", "draft"})


@dataclass
class Rows:
    """Turns one record after the other into rows."""

    loose: Loose
    clock: Clock
    carried: Carried
    responses: Responses
    #: Values that no table here knows, by field and value.
    unknown: Counter[str] = field(default_factory=Counter)

    def add(self, record: dict[str, Any], talk: Talk, logged: list[Model]) -> None:
        """Add one message, call, system line or activity; `logged` are what the chat's own log says it tells."""
        model, place = record["m"], record["p"]
        row = f"{place} {model['id']}" if model.get("id") else place
        if record["w"] == "activity":
            self._activity(model, place, row, talk)
            return
        sides = self._sides(model, talk)
        labels = self._labels(model)
        activities = list(models(model, "ActivityLog")) or logged
        columns: dict[str, Any] = {
            "row": row,
            "platform_key": word(model["f"], "Identifier"),
            **self.clock.columns(model["f"], "TimeStamp", row),
            **self._deletion(model, labels, row, talk),
        }
        self._in_order(columns["sent_at"], row, talk)
        if activities or "system" in labels or (sides.author is not None and sides.author.system):
            self._system(model, place, columns, activities, sides.author, talk)
            return
        self._authored(model, place, columns, sides, labels, talk)

    def _authored(
        self, model: Model, place: str, columns: dict[str, Any], sides: Sides, labels: set[str], talk: Talk
    ) -> None:
        row = columns["row"]
        quote = quoted(model)
        files = list(self.carried.rows(model, row))
        text = self._text(model, row)
        if quote.content is not None and not files and text is None:
            files, text = list(self.carried.rows(quote.content, row)), self._text(quote.content, row)
        author = sides.author.handle if sides.author is not None else talk.owner if sides.outgoing else None
        if author is None:
            detail = f"{row} names no sender; its author is left empty"
            self.loose.warn("author_uncertain", detail, row)
        columns |= {
            "author": author or "",
            "outgoing": sides.outgoing,
            "text": text,
            "kind": _kind(model, files, text, labels),
            "forwarded": quote.forwarded or "forwarded" in labels,
            "edited": "edited" in labels,
            "recipients": len(sides.to) or None if sides.outgoing else None,
            **self._quote(quote, row),
        }
        self._not_sent(model, row)
        identity = talk.conversation.message(place, **columns)
        if author is not None and author == talk.owner:
            talk.conversation.participant(author, owner=True)
        for party in ([sides.author] if sides.author is not None else []) + sides.to:
            describe(talk.conversation, party)
        for ordinal, attachment in enumerate(files):
            for name in ("name", "caption", "media_type"):
                attachment[name] = self.loose.text(attachment.get(name), row)
            talk.conversation.attachment(identity, ordinal=ordinal, **attachment)
        self.responses.receipts(model, identity, columns, sides, talk)
        self.responses.reactions(model, identity, columns, sides, talk)

    def _text(self, model: Model, row: str) -> str | None:
        body = self.loose.text(model["f"].get("Body") or model["f"].get("Snippet") or None, row)
        subject = self.loose.text(word(model["f"], "Subject"), row)
        return body if subject is None else f"{subject}\n{body or ''}"

    def _quote(self, quote: Quoted, row: str) -> dict[str, Any]:
        return {name: self.loose.text(value, row) for name, value in quote.columns.items()}

    def _sides(self, model: Model, talk: Talk) -> Sides:
        fields = model["f"]
        native = talk.telephone
        senders = parties(model, "From", telephone=native)
        to = parties(model, "To", "Cc", "Bcc", telephone=native)
        for party in parties(model, "Parties", telephone=native):
            (senders if party.role == "from" else to).append(party)
        author = senders[0] if senders else None
        outgoing = author.owner if author is not None else None
        if outgoing is None:
            outgoing = _direction(fields)
        if outgoing is None and author is not None and any(party.owner for party in to):
            outgoing = False
        if outgoing is None and author is None and model["t"] != "InstantMessage" and to:
            outgoing = True  # of an SMS that was sent the report names its recipient only
        if author is None and outgoing:
            author = next((party for party in to if party.owner), None)
        return Sides(author, [party for party in to if party is not author], outgoing)

    def _labels(self, model: Model) -> set[str]:
        said = [word(model["f"], "Label")]
        said += [
            word(child["f"], "Label") for child in models(model, "MessageExtraData") if child["t"] == "MessageLabel"
        ]
        out: set[str] = set()
        for label in said:
            for one in (label or "").splitlines():
                bare = one.replace(" ", "").lower()
                if bare not in LABELS:
                    self.unknown[f"the label {one[:60]!r}"] += 1
                elif (means := LABELS[bare]) is not None:
                    out.add(means)
        return out

    def _deletion(self, model: Model, labels: set[str], row: str, talk: Talk) -> dict[str, Any]:
        state = str(model.get("d", "")).lower()
        deleted = DELETED.get(state) or ("unknown" if "deleted" in labels else None)
        at = self.clock.instant(model["f"], "DateDeleted", row)
        if state not in ("", "intact", "unknown", *DELETED):
            self.unknown[f"the deleted_state {state[:60]!r}"] += 1
        if deleted is not None:
            talk.recovered += 1
            talk.note("recovered", row)
            if reason := word(model["f"], "DeletionReason"):
                talk.reasons[reason[:60]] += 1
        if str(model.get("c", "High")).lower() != "high":
            talk.unsure += 1
            talk.note("unsure", row)
        return {"deleted": deleted, "deleted_at": at if deleted else None}

    def _in_order(self, at: int | None, row: str, talk: Talk) -> None:
        if at is None:
            return
        if talk.latest is not None and at < talk.latest - _BACKWARDS:
            talk.backwards += 1
            talk.note("backwards", row)
        talk.latest = at if talk.latest is None else max(at, talk.latest)

    def _not_sent(self, model: Model, row: str) -> None:
        status, folder = word(model["f"], "Status") or "", word(model["f"], "Folder") or ""
        if status.lower() in ("unsent", "failed") or folder.lower() in ("drafts", "draft", "outbox"):
            said = folder if folder.lower() in ("drafts", "draft", "outbox") else status
            detail = f"{row} is marked {said[:40]!r} in the report; nothing shows that it reached anyone"
            self.loose.warn("not_sent", detail, row)

    def _system(
        self,
        model: Model,
        place: str,
        columns: dict[str, Any],
        activities: list[Model],
        author: Party | None,
        talk: Talk,
    ) -> None:
        actions = [self._action(child) for child in activities]
        body = self._text(model, columns["row"])
        if body is None:
            bodies = [child["f"].get("SystemMessageBody") for child in activities]
            body = self.loose.text(next((one for one in bodies if one), None), columns["row"])
        columns |= {"kind": "system", "event": actions[0][0] if actions else "other", "text": body}
        identity = talk.conversation.message(place, **columns)
        actor = author.handle if author is not None and not author.system else None
        for child, (_, membership) in zip(activities, actions, strict=True):
            self._membership(child, membership, identity, columns["sent_at"], actor, talk)

    def _activity(self, model: Model, place: str, row: str, talk: Talk) -> None:
        """An activity that stands in the chat's own log and belongs to no message there."""
        event, membership = self._action(model)
        columns = {"row": row, **self.clock.columns(model["f"], "SystemMessageTimeStamp", row)}
        columns |= self._deletion(model, set(), row, talk)
        body = self.loose.text(model["f"].get("SystemMessageBody") or None, row)
        self._in_order(columns["sent_at"], row, talk)
        identity = talk.conversation.message(place, kind="system", event=event, text=body, **columns)
        self._membership(model, membership, identity, columns["sent_at"], None, talk)

    def _action(self, model: Model) -> tuple[str, str | None]:
        said = word(model["f"], "Action")
        if said is None:
            return "other", None
        known = ACTIVITIES.get(said.replace(" ", "").lower())
        if known is None:
            self.unknown[f"the activity {said[:60]!r}"] += 1
        return known or ("other", None)

    def _membership(
        self, activity: Model, kind: str | None, message: str, at: int | None, actor: str | None, talk: Talk
    ) -> None:
        if kind is None:
            return
        affected: list[Party | None] = [*parties(activity, "Participant", "Participants")]
        for party in affected or [None]:
            talk.conversation.membership(
                kind,
                message=message,
                participant=party.handle if party is not None else None,
                actor=actor,
                at=at,
                evidence="system_event",
            )


def _direction(fields: dict[str, Any]) -> bool | None:
    """Whether the phone's owner sent it, by the fields that say so without naming anybody."""
    said = {(word(fields, name) or "").lower() for name in ("Direction", "Folder")}
    owned = (word(fields, "FromIsOwner") or "").lower()
    if owned == "true" or "outgoing" in said or said & _SENT:
        return True
    return False if owned == "false" or said & {"incoming", "inbox"} else None


def _kind(model: Model, files: list[dict[str, Any]], text: str | None, labels: set[str]) -> str:
    if model["t"] == "Call":
        return "call"
    if files:
        first = str(files[0]["kind"])
        return "media" if first == "unknown" else first
    if text:
        return "text"
    return "deleted" if "deleted" in labels else "empty"
