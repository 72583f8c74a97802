"""The model's card: what it was trained on, under which licences, how well it does, and where it fails."""

from importlib.resources import files
from typing import Any

import yaml

__all__ = ["card"]


def card() -> dict[str, Any]:
    """The card of the model that travels with the package, as `card.yaml` has it."""
    text = files("upstander.review.triage").joinpath("card.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    return read
