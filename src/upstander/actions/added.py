"""What an intake added to a case: exhibits that are new, and files whose bytes were there already."""

from typing import Any

from upstander.evidence.worded import plural
from upstander.storage import Case as Folder
from upstander.storage import Intake, intakes

__all__ = ["added", "added_in_words"]


def added(folder: Folder, intake: Intake, *, again: bool = False) -> dict[str, Any]:
    """How many files an intake has, how many exhibits of the case began with it, and the key where that did.

    `again` where the record is that of an earlier one which said the same of the same files: all was there.
    """
    earlier = [other for other in intakes(folder) if again or other.number < intake.number]
    there = {file.exhibit for other in earlier for file in other.files} | {other.key for other in earlier}
    new = {file.exhibit for file in intake.files} - there
    return {"count": len(intake.files), "new": len(new), "new_key": None if intake.key in there | new else intake.key}


def added_in_words(count: object, new: object, key: object) -> str:
    """The same for people: "6 exhibits, 1 was there already"; entries from before it was counted have files alone."""
    if not isinstance(count, int):
        return "–"
    if not isinstance(new, int):
        return plural(count, "file")
    said = (plural(new, "exhibit") if new else "no new exhibit") + (" and a key" if isinstance(key, str) else "")
    there = count - new
    return f"{said}, {there:,} {'was' if there == 1 else 'were'} there already" if there else said
