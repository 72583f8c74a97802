"""Conversations of one database, their members, and who its account is."""

from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.sources.loose import Loose, paired
from upstander.evidence.sources.teams.schema import MEMBER, THREAD, USER, Columns, selected
from upstander.evidence.sources.teams.values import direct, mri, number_of, text, thread
from upstander.evidence.sqlite import Database

__all__ = ["Threads", "kind_of"]

_DIRECT = frozenset({"oneonone", "onetoone", "sfbinteropchat", "oneononechat"})


def kind_of(key: str | None, stated: object = None) -> str:
    """Whether a conversation is a group, by its id and by the type that the table states."""
    if direct(key) or (isinstance(stated, str) and stated.casefold() in _DIRECT):
        return "direct"
    return "group" if key is not None and key.startswith("19:") else "unknown"


@dataclass
class Threads:
    """Every conversation, by the id that messages refer to."""

    capture: Capture
    loose: Loose
    owner: str | None = None
    _listed: bool = False
    _by_key: dict[str | None, Conversation] = field(default_factory=dict)
    _by_row: dict[int, str] = field(default_factory=dict)
    _users: dict[str, dict[str, Any]] = field(default_factory=dict)
    _user_rows: dict[int, str] = field(default_factory=dict)

    def read(self, database: Database, columns: Columns) -> None:
        """Find the account, the users, and every conversation that the list of threads names."""
        self.owner = _owner(database, columns)
        if self.owner is None:
            detail = "no message is marked as sent by the account that the database is of; the account is not known"
            self.loose.warn("author_uncertain", detail)
        if columns.of("ZUSER"):
            query = f"SELECT {columns.select('ZUSER', USER)} FROM ZUSER"  # noqa: S608 - our names
            for row in selected(database, tuple(USER), query):
                who = mri(row["who"])
                if who is not None:
                    number = text(row["number"])
                    self._users[who] = {
                        "name": _clean(row["name"]),
                        "number": number_of(who) or (number if number and number.startswith("+") else None),
                    }
                    if isinstance(row["pk"], int):
                        self._user_rows[row["pk"]] = who
        if not columns.of("ZTHREAD"):
            self.loose.warn("missing_table", "there is no table ZTHREAD; conversations have no names here")
            return
        self._listed = True
        query = f"SELECT {columns.select('ZTHREAD', THREAD)} FROM ZTHREAD"  # noqa: S608 - our names
        for row in selected(database, tuple(THREAD), query):
            key, root = thread(row["key"])
            if key is None:
                self.loose.warn("missing_reference", f"ZTHREAD:{row['pk']} has no id", f"ZTHREAD:{row['pk']}")
                continue
            if isinstance(row["pk"], int):
                self._by_row[row["pk"]] = key
            if root is None:
                self._make(key, _clean(row["title"]), row["type"])

    def of(self, stored: object, stated: object = None) -> tuple[Conversation, str | None]:
        """The conversation that a message refers to, and the post it answers; one not in the list is made here."""
        key, root = thread(_clean(stored))
        known = self._by_key.get(key)
        if known is None:
            known = self._make(key, None, stated)
            if key is None:
                detail = "messages refer to no conversation; they stand together in one without a name"
                self.loose.warn("missing_reference", detail)
            elif self._listed:
                detail = (
                    f"messages refer to thread {key[:200]}, which is not in the list of threads; it has no name here"
                )
                self.loose.warn("missing_reference", detail)
        return known, root

    def known(self, who: str) -> dict[str, Any]:
        """What the table of users says of an account."""
        return self._users.get(who, {})

    def read_members(self, database: Database, columns: Columns) -> None:
        """Participants and membership from ZTHREADMEMBER, where this version has it."""
        if not columns.of("ZTHREADMEMBER"):
            self.loose.warn("missing_table", "there is no table ZTHREADMEMBER; members who never wrote are not known")
            return
        query = f"SELECT {columns.select('ZTHREADMEMBER', MEMBER)} FROM ZTHREADMEMBER"  # noqa: S608 - our names
        for row in selected(database, tuple(MEMBER), query):
            place = f"ZTHREADMEMBER:{row['pk']}"
            key = (
                self._by_row.get(row["thread"]) if isinstance(row["thread"], int) else thread(_clean(row["thread"]))[0]
            )
            who = self._user_rows.get(row["who"]) if isinstance(row["who"], int) else mri(row["who"])
            conversation = self._by_key.get(key) if key is not None else None
            if conversation is None or who is None:
                self.loose.warn("missing_reference", f"{place} names no thread or no account that is here", place)
                continue
            role = _clean(row["role"])
            standing = "administrator" if role is not None and role.casefold() in ("admin", "owner") else "member"
            conversation.participant(who, standing=standing, owner=who == self.owner, **self.known(who))
            conversation.membership("current_member", participant=who, detail=role, evidence="member_table", row=place)

    def _make(self, key: str | None, title: str | None, stated: object) -> Conversation:
        made = self.capture.conversation(
            key or "none", kind=kind_of(key, stated), platform_key=key, title=title, account=self.owner
        )
        self._by_key[key] = made
        return made


def _owner(database: Database, columns: Columns) -> str | None:
    """Who wrote what is marked as sent by the account itself; the most frequent where there are several."""
    own, author = columns.name("ZSMESSAGE", ("ZTS_ISSENTBYME", "ZISSENTBYME")), columns.name("ZSMESSAGE", ("ZFROM",))
    if own is None or author is None:
        return None
    query = (
        f"SELECT {author}, count(*) FROM ZSMESSAGE WHERE {own} = 1 GROUP BY {author} ORDER BY count(*) DESC, {author}"  # noqa: S608
    )
    for row in selected(database, ("author", "count"), query):
        found = mri(row["author"])
        if found is not None:
            return found
    return None


def _clean(value: object) -> str | None:
    written = text(value)
    return paired(written) if written else None
