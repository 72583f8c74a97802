"""The form that exhibits are handed in with."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import lazy

from upstander.evidence.intake import A_KEY, KEY_BYTES, may_be_key
from upstander.web.arriving import Arrived
from upstander.web.zones import zones_offered

__all__ = ["REFERENCE", "HandingIn"]


#: What an exhibit may be called.
REFERENCE = re.compile(r"^[^\s,;]{1,100}$")


#: What is said of files that came with a form which is refused.
_GONE = {
    "exhibits": "Choose the files again: nothing of what was sent was kept.",
    "key": "Choose the key file again.",
}


class ManyFiles(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class _Files(forms.FileField):
    """A list of files."""

    def clean(self, data: Any, initial: Any = None) -> list[Arrived]:
        """Each, checked as one."""
        given = [file for file in data if file is not None] if isinstance(data, list | tuple) else [data]
        return [super(_Files, self).clean(file, initial) for file in given or [None] if file or self.required]


def _zones() -> list[Any]:
    return [("", "Not known: UTC is assumed, and warned of"), *zones_offered()]


class HandingIn(forms.Form):
    """What is handed in, and what is said of it."""

    exhibits = _Files(
        label="Files",
        required=False,
        allow_empty_file=True,
        widget=ManyFiles(),
        help_text="As they came off the phone, archives and databases among them. Files that belong together (a"
        " database and its -wal, a chat and its photographs) go in one hand-in. Nothing in them is opened here.",
    )
    folder = forms.ChoiceField(
        label="Or a file or folder of the server's inbox", required=False, help_text="For what is too large to send."
    )
    custodian = forms.CharField(
        label="Whose phone or account", max_length=300, help_text="The custodian, such as PC Ash Example."
    )
    reference = forms.RegexField(
        REFERENCE,
        label="Exhibit reference",
        required=False,
        max_length=100,
        help_text="Such as AB/1. Several files become AB/1.1, AB/1.2 and so on. Without one: EX/1, EX/2 and so on.",
        error_messages={"invalid": "A reference has no spaces, commas or semicolons."},
    )
    producer = forms.CharField(
        label="Who or what produced them", max_length=300, required=False, help_text="A person, or a tool and version."
    )
    time_zone = forms.ChoiceField(
        label="Time zone of times that have none",
        required=False,
        choices=lazy(_zones, list),
        help_text="Where the phone was when it wrote them.",
    )
    date_order = forms.ChoiceField(
        label="Order of written dates",
        required=False,
        choices=[
            ("", "Found out from each file"),
            ("dmy", "Day, month, year"),
            ("mdy", "Month, day, year"),
            ("ymd", "Year, month, day"),
        ],
    )
    conversation = forms.CharField(
        label="Name of the one conversation that they show",
        max_length=300,
        required=False,
        help_text="Only where the export does not say: exports of one name are read as views of one conversation.",
    )
    key = forms.FileField(
        label="Key file", required=False, help_text="Opens an encrypted backup; it is kept among the exhibits."
    )

    def __init__(self, *args: Any, offers: Sequence[str], **named: Any) -> None:
        super().__init__(*args, **named)
        if offers:
            shown = [("", "None"), *((name, name) for name in offers)]
            self.fields["folder"].choices = shown  # type: ignore[attr-defined]
        else:
            del self.fields["folder"]
            # Said on its label; whether there are any is found below, with what to do.
            self.fields["exhibits"].required = True
            self.fields["exhibits"].error_messages["required"] = "Choose the files to hand in."

    def ask_again(self) -> None:
        """Say of files that were sent with a form which is refused that they are gone: no page can keep them."""
        for name, said in _GONE.items():
            if name in self.files and not self.has_error(name):
                self.add_error(name, said)

    def clean_key(self) -> Arrived | None:
        """A key is small: nothing else comes among the exhibits by mistake."""
        key: Arrived | None = self.cleaned_data["key"]
        if key is not None and (key.size or 0) > KEY_BYTES:
            raise forms.ValidationError(f"That is no key file: a key has no more than {KEY_BYTES:,} bytes.")
        if key is not None and not may_be_key(key.path.read_bytes()):
            raise forms.ValidationError(f"That is no key file: {A_KEY}.")
        return key

    def clean(self) -> dict[str, Any]:
        """One or the other."""
        said = super().clean() or self.cleaned_data
        files, folder = said.get("exhibits"), said.get("folder")
        if "exhibits" in said and not files and not folder:
            self.add_error("exhibits", "Choose the files to hand in.")
        elif files and folder:
            self.add_error("folder", "Choose files or a folder of the inbox, and not both: hand them in one by one.")
        return said
