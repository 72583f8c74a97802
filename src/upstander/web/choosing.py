"""A choice on a form, each with what it means."""

from collections.abc import Mapping
from typing import Any

from django import forms

__all__ = ["Told"]


class Told(forms.ChoiceField):
    """One of a few, each with what it means."""

    def __init__(self, *, hints: Mapping[str, str], **told: Any) -> None:
        """`hints` by value."""
        super().__init__(widget=forms.RadioSelect, **told)
        self.hints = hints
