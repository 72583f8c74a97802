"""Names in the home that are no cases': what the desk keeps there, and what its addresses mean by them."""

__all__ = ["ARRIVING", "KEY", "REGISTER", "is_taken"]

#: The register, where it is a file; what SQLite keeps beside it begins with its name.
REGISTER = "register.sqlite3"
#: What sessions are signed with.
KEY = "secret-key"
#: What is being sent, until it is handed in.
ARRIVING = "arriving"

#: Where a case is opened: `/cases/new/`.
_NEW = "new"


def is_taken(reference: str) -> bool:
    """Whether the desk has that name for something of its own, however it is written: some disks tell no capitals."""
    plain = reference.casefold()
    return plain in (KEY, ARRIVING, _NEW) or plain.startswith(REGISTER)
