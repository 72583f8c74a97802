"""The encoder that `triage` may be given, and what is said of one that was."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from upstander.errors import UsageError
from upstander.review.encoder import folder, loaded

if TYPE_CHECKING:
    from upstander.review.encoder import Encoder

__all__ = ["flat", "shown", "told_of", "worked_from"]


def worked_from(path: Path | None, heads: Sequence[str], share: float | None) -> "Encoder | None":
    """The encoder at `path`, ready to run. Raises `BadModel`, `UsageError`."""
    if path is None:
        if share:
            raise UsageError("--share is the share that an encoder reads: give its folder with --encoder")
        return None
    return loaded(folder(path, heads))


def shown(linear: float | None, encoder: float | None) -> str:
    """Both scores of a message that a second stage read."""
    if linear is None or encoder is None:
        return ""
    return f" (linear {linear:.2f}, encoder {encoder:.2f})"


def told_of(second: dict[str, Any]) -> str:
    """That an order is an encoder's too, where none was given now."""
    return (
        f"the order is that of a second stage: {second['name']} ({second['sha256'][:12]}) read the highest"
        f" {second['share']:.0%}; give --encoder again for its reasons, or --share 0 for the linear order"
    )


def flat(second: dict[str, Any]) -> dict[str, Any]:
    """The record of a second stage for a program: without what only the stage itself wants to find again."""
    return {name: value for name, value in second.items() if name != "first"}
