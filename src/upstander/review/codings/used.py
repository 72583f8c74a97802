"""Which codebook a case is coded with: what its codings say, the latest first."""

from collections.abc import Sequence

from upstander.errors import BadCodebook
from upstander.review.codebook.kept import kept
from upstander.review.codebook.shelf import Loaded, loaded, shipped
from upstander.review.codings.record import history
from upstander.storage import Case

__all__ = ["book_of_case"]

#: What is used where nobody has said anything.
FIRST = "police-misconduct"


def book_of_case(case: Case, asked: str | None = None, *, used: Sequence[str] | None = None) -> Loaded:
    """The codebook to code a case with. Raises `BadCodebook`, `BadDecision`.

    Asked for nothing, it is that of the latest coding, or the first shipped one. A name means the version that the case
    uses already, where it does; `NAME@VERSION` and a path mean just that. `used` are the codebooks that the case's
    codings name, the latest last, where they are known already.
    """
    there = kept(case)
    if used is None:
        used = history(case).codebooks if there else ()
    if asked is None:
        asked = next((name for name in reversed(used) if name in there), FIRST)
    elif asked not in there and any(name.partition("@")[0] == asked for name in there):
        mine = (name for name in reversed(used) if name.partition("@")[0] == asked)
        asked = next((name for name in mine if name in there), asked)
    if asked in there:
        return loaded(there[asked])
    name, _, version = asked.partition("@")
    if version and name in shipped():
        found = loaded(name)
        if found.book.version != version:
            raise BadCodebook(f"codebook {name} is shipped in version {found.book.version}, and {version} is not here")
        return found
    return loaded(asked)
