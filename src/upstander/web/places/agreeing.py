"""How far reviewers agree, and what is drawn to be read twice."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from upstander.actions import Power, draw_second
from upstander.errors import BadCode, UsageError
from upstander.stages.measured import measured
from upstander.stages.review import codings
from upstander.stages.tally import book
from upstander.web.at import at, now
from upstander.web.without_options import for_the_desk

__all__ = ["agreement"]


class Drawing(forms.Form):
    """A draw for second readings."""

    code = forms.ChoiceField(label="Of which code", required=False)
    share = forms.FloatField(
        label="Share of what was coded, in per cent",
        min_value=0.1,
        max_value=100,
        help_text="30 or more messages should be read twice; more are drawn where the first ranking scores high.",
    )

    def __init__(self, data: object, codes: list[tuple[str, str]]) -> None:
        """With the codes to choose from."""
        super().__init__(data or None)  # type: ignore[arg-type]
        self.fields["code"].choices = [("", "all codes together"), *codes]  # type: ignore[attr-defined]


def agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """Figures by code with their intervals; and a draw, for whoever may."""
    here = at(request, reference, Power.SETTLE if request.method == "POST" else Power.READ)
    codes = [(code.id, code.title) for code in book(here.folder).codes.values()]
    form = Drawing(request.POST, codes)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            codings(here.folder)
            draw_second(
                here.actor, now(), case=here.case, folder=here.folder, code=said["code"] or None,
                share=said["share"] / 100,
            )  # fmt: skip
        except (BadCode, UsageError) as problem:
            messages.error(request, for_the_desk(str(problem)))
        else:
            messages.success(request, "Drawn. Whoever did not read them first finds them under Second readings.")
        return redirect(request.path)
    # Not worked out for those who are not shown it.
    worked = None if here.blind else measured(here.folder)
    told = {"at": here, "worked": worked, "form": form, "titles": dict(codes), "said": for_the_desk}
    return render(request, "review_agreement.html", told)
