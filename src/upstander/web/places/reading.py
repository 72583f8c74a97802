"""Why somebody reads, and whether what people wrote is shown."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from upstander.actions import Power
from upstander.stages.zones import zone_of, zones_stated
from upstander.storage import Case
from upstander.web.at import at
from upstander.web.reason import KINDS, back, keep_reason, show_text, told_before
from upstander.web.zones import zones_offered

__all__ = ["text", "why"]


class Why(forms.Form):
    """A reason."""

    kind = forms.ChoiceField(label="What do you read for?", choices=list(KINDS.items()), widget=forms.RadioSelect)
    said = forms.CharField(
        label="In your own words",
        required=False,
        max_length=200,
        help_text="Needed for Other; may be added to any.",
    )
    zone = forms.ChoiceField(
        label="In which time zone are times told?",
        required=False,
        help_text="Pages of this case, until you sign out. Exports and the ledger are in UTC.",
    )

    def __init__(self, data: object, *, initial: dict[str, Any], folder: Case) -> None:
        """With the zones to choose from: those of the case before all others."""
        super().__init__(data or None, initial=initial)  # type: ignore[arg-type]
        own = f"As the case is told: {zone_of(folder)}"
        self.fields["zone"].choices = [("", own), *zones_offered(*zones_stated(folder))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Other says nothing by itself."""
        given = super().clean() or {}
        if given.get("kind") == "other" and not (given.get("said") or "").strip():
            self.add_error("said", "Say what you read for.")
        return given

    def reason(self) -> str:
        """The reason as the ledger has it."""
        kind, said = self.cleaned_data["kind"], " ".join(self.cleaned_data["said"].split())
        if kind == "other":
            return said
        return f"{KINDS[kind].lower()}: {said}" if said else KINDS[kind].lower()


def why(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask why they read, and lead on."""
    here = at(request, reference, Power.READ)
    form = Why(request.POST, initial={"kind": "investigating", **told_before(request, here)}, folder=here.folder)
    if request.method == "POST" and form.is_valid():
        keep_reason(request, here, form.reason(), zone=form.cleaned_data["zone"])
        return redirect(back(request, here))
    return render(request, "why.html", {"at": here, "form": form, "next": back(request, here)})


@require_POST
def text(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what people wrote on every page, or veil it again."""
    here = at(request, reference, Power.READ)
    show_text(request, here, shown=request.POST.get("shown") == "yes")
    return redirect(back(request, here))
