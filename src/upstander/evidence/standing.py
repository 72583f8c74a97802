"""How far a case has come: which exhibits were received and are not read yet."""

from upstander.storage import Case, intakes, parts

__all__ = ["unread"]


def unread(case: Case) -> tuple[str, ...]:
    """References of the exhibits whose rows are missing, because a run was stopped; none in a case that is whole."""
    there = {part.name: part for part in parts(case)}
    described = there.get("case")
    sortings = described.about["sortings"] if described else {}
    missing: dict[str, None] = {}
    companions = {
        companion for sorting in sortings.values() for others in sorting["documents"].values() for companion in others
    }
    for intake in intakes(case):
        sorting = sortings.get(intake.id)
        for file in intake.files:
            document = sorting is None or file.exhibit in sorting["documents"]
            if document and file.exhibit not in there and file.exhibit not in companions:
                missing[file.reference] = None
    return tuple(missing)
