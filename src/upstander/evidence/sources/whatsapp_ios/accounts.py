"""Who is who in one ChatStorage: the owner, names, numbers, and the two addresses (phone and LID) of one account."""

from collections import Counter
from dataclasses import dataclass, field

from upstander.errors import SourceError
from upstander.evidence.document import Document, File
from upstander.evidence.sources.whatsapp_ios.schema import Columns, selected
from upstander.evidence.sources.whatsapp_ios.values import is_account, jid, number_of, push_metadata, text
from upstander.evidence.sqlite import Database, open_database

__all__ = ["OWNER_UNKNOWN", "Accounts", "read_accounts"]

#: Handle of the exporting account where the database does not tell its address.
OWNER_UNKNOWN = "me"
#: Own messages looked at to find the owner's address.
_SAMPLE = 2_000


@dataclass
class Accounts:
    """What is known of accounts, apart from any conversation."""

    owner: str = OWNER_UNKNOWN
    #: Addresses that the database gives for the exporting account, with the rows that do.
    owners: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)
    #: LID to phone address and back.
    linked: dict[str, str] = field(default_factory=dict)
    #: Sentences for what could not be read.
    problems: list[str] = field(default_factory=list)

    def name(self, handle: str, written: object) -> None:
        """Note a name of `handle` unless a better source gave one before."""
        found = text(written)
        if found and found.strip() and found != handle:
            self.names.setdefault(handle, found)

    def link(self, lid: str | None, phone: str | None) -> None:
        """Note that two addresses are of one account."""
        if lid and phone and lid.endswith("@lid") and not phone.endswith("@lid") and is_account(phone):
            self.linked.setdefault(lid, phone)
            self.linked.setdefault(phone, lid)

    def known(self, handle: str) -> dict[str, object]:
        """Columns of the participants table for `handle`."""
        other = self.linked.get(handle)
        number = number_of(handle) or (number_of(other) if other else None)
        name = self.names.get(handle) or (self.names.get(other) if other else None)
        return {"name": name, "number": number, "linked_id": other, "owner": handle == self.owner or None}

    def address(self, digits: str) -> str:
        """The address of which a receipt gives the digits alone: a LID where only that is known, else the phone's."""
        phone, lid = f"{digits}@s.whatsapp.net", f"{digits}@lid"
        return lid if lid in self.linked or (lid in self.names and phone not in self.names) else phone


def read_accounts(document: Document, database: Database, columns: Columns, contacts: File | None) -> Accounts:
    """Names in order of trust: the address book, the chat list, what people call themselves, the member table."""
    accounts = Accounts()
    if contacts is not None:
        _contacts(accounts, document, contacts)
    wanted = ("ZCONTACTJID", "ZCONTACTIDENTIFIER", "ZPARTNERNAME")
    for row in selected(database, wanted, _all(columns, "ZWACHATSESSION", wanted)) if _has(columns) else ():
        handle = jid(row["ZCONTACTJID"])
        if handle is not None and is_account(handle):
            accounts.name(handle, row["ZPARTNERNAME"])
            accounts.link(handle, jid(row["ZCONTACTIDENTIFIER"]))
    for table, who, name in (
        ("ZWAPROFILEPUSHNAME", "ZJID", "ZPUSHNAME"),
        ("ZWAGROUPMEMBER", "ZMEMBERJID", "ZCONTACTNAME"),
    ):
        if {who, name} <= columns.of(table):
            for row in selected(database, (who, name), _all(columns, table, (who, name))):
                handle = jid(row[who])
                if handle is not None and push_metadata(row[name]) is None:
                    accounts.name(handle, row[name])
    _owner(accounts, database, columns)
    return accounts


def _has(columns: Columns) -> bool:
    return bool(columns.of("ZWACHATSESSION"))


def _all(columns: Columns, table: str, wanted: tuple[str, ...]) -> str:
    return f"SELECT {columns.pick(table, wanted)} FROM {table}"  # noqa: S608 - our names


def _contacts(accounts: Accounts, document: Document, contacts: File) -> None:
    wanted = ("ZWHATSAPPID", "ZLID", "ZFULLNAME")
    try:
        database = open_database(document, contacts)
    except SourceError as problem:
        accounts.problems.append(str(problem))
        return
    try:
        columns = Columns(database)
        table = "ZWAADDRESSBOOKCONTACT"
        if columns.of(table):
            for row in selected(database, wanted, _all(columns, table, wanted)):
                handle, lid = jid(row["ZWHATSAPPID"]), jid(row["ZLID"])
                for address in (handle, lid):
                    if address is not None:
                        accounts.name(address, row["ZFULLNAME"])
                accounts.link(lid, handle)
        accounts.problems.extend(database.damage)
    except SourceError as problem:
        accounts.problems.append(str(problem))
    finally:
        database.close()


def _owner(accounts: Accounts, database: Database, columns: Columns) -> None:
    """The owner's address stands in the metadata of own messages, and as the addressee of received ones."""
    has = columns.of("ZWAMESSAGE")
    if {"ZISFROMME", "ZPUSHNAME"} <= has:
        query = f"SELECT ZPUSHNAME FROM ZWAMESSAGE WHERE ZISFROMME = 1 ORDER BY Z_PK DESC LIMIT {_SAMPLE}"  # noqa: S608
        for row in selected(database, ("ZPUSHNAME",), query):
            metadata = push_metadata(row["ZPUSHNAME"])
            handle = jid(metadata.text(3)) if metadata else None
            if handle is not None and is_account(handle):
                accounts.owners[handle] += 1
    if not accounts.owners and {"ZISFROMME", "ZTOJID"} <= has:
        query = "SELECT ZTOJID, count(*) FROM ZWAMESSAGE WHERE ZISFROMME = 0 AND ZTOJID IS NOT NULL GROUP BY ZTOJID"
        for row in selected(database, ("ZTOJID", "count"), query):
            handle = jid(row["ZTOJID"])
            if handle is not None and is_account(handle):
                accounts.owners[handle] += row["count"]
    if accounts.owners:
        accounts.owner = min(accounts.owners, key=lambda handle: (-accounts.owners[handle], handle))
