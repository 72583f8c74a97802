"""How pages are drawn: one Jinja environment with GOV.UK's components, and what every page knows."""

import json
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.messages import get_messages
from django.forms.renderers import BaseRenderer
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import engines
from django.templatetags.static import static
from django.utils.html import escape, json_script
from django.utils.safestring import SafeString
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, Undefined

from upstander.evidence.called import conversation_called, message_called, platform_called, read_as
from upstander.evidence.worded import capital
from upstander.model.signs import UNSAFE, pieces, visible
from upstander.register.models import Account, Care, Exposure
from upstander.review.codings.worded import came
from upstander.web.addresses import address
from upstander.web.evidence import cut, drawn, name
from upstander.web.hosts import by_number
from upstander.web.linking import linked, spoken
from upstander.web.moments import also_utc, between, clock, day_in_words, iso_day, millis, moment, plainly
from upstander.web.sparing import alone, due, read_today, scripted, sign_of, spared
from upstander.web.told import trace_in_words
from upstander.web.zones import shown_in, zone_said

__all__ = ["Forms", "environment", "everywhere"]

_HERE = Path(__file__).parent
_ASSETS = _HERE / "assets"


class _Lenient(Undefined):
    """What the components' macros are written for: an absent parameter is nothing."""


def environment(**options: Any) -> Environment:
    """The environment."""
    options.pop("loader", None)
    options["undefined"] = _Lenient
    # Django hands autoescape down.
    made = Environment(**options, extensions=["jinja2.ext.do"], finalize=_unobeyed)  # noqa: S701
    made.autoescape = True
    made.trim_blocks = made.lstrip_blocks = True
    made.loader = ChoiceLoader(
        [
            FileSystemLoader(_HERE / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    made.globals |= {"url": address, "asset": _asset, "static_": static}
    made.filters |= {"instant": moment, "clock": clock, "day": day, "date": day_in_words, "plainly": plainly}
    made.filters |= {"number": number, "plural": plural, "json_script": json_script, "range": between}
    made.filters |= {"evidence": drawn, "name": name, "cut": cut, "kind": message_called, "trace": trace_in_words}
    made.filters |= {
        "conversation": conversation_called,
        "platform": platform_called,
        "linked": linked,
        "also_utc": also_utc,
        "iso_day": iso_day,
        "sign": sign_of,
        "opening": opening,
        "millis": millis,
        "spoken": spoken,
        "came": came,
    }
    made.globals |= {"read_as": read_as, "zone_said": zone_said, "shown_in": shown_in}
    made.filters |= {"visible": visible, "size": size, "as_is": as_is, "capital": capital}
    return made


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """What every page knows: who looks, what spares them, and whether it is time for a pause."""
    account = getattr(request, "user", None)
    care, read = (spared(account), read_today(account)) if isinstance(account, Account) else (Care(), Exposure())
    known = {"account": account, "csrf": get_token(request), "care": care, "exposure": read}
    known |= {"pause_due": due(care, read), "messages": get_messages(request)}
    known |= {"by_number": by_number(request), "scripts": scripted(request), "alone": alone(request)}
    return {**known, "path": request.path, "here": request.get_full_path()}


def _unobeyed(value: Any) -> Any:
    """Whatever a template shows, with the signs that a page would obey made visible: no page can forget to."""
    if isinstance(value, str) and not hasattr(value, "__html__") and UNSAFE.search(value):
        return "".join(f"<U+{ord(piece):04X}>" if sign else piece for piece, sign in pieces(value))
    return value


def as_is(value: str) -> SafeString:
    """A value that a form sends back and nobody sees: escaped, and otherwise as it was."""
    return escape(value)


def opening(path: str, sign: str) -> str:
    """The same page with that text opened."""
    before, _, asked = path.partition("?")
    told = [(name, value) for name, value in parse_qsl(asked, keep_blank_values=True) if name != "open"]
    return f"{before}?{urlencode([*told, ('open', sign)])}"


def _asset(name: str) -> str:
    """Where an asset is: the digest of its content is in its name, so that a browser may keep it for ever."""
    listed = json.loads((_ASSETS / "assets.json").read_text(encoding="ascii"))
    stem, dot, ending = name.rpartition(".")
    return static(f"desk/{stem}.{listed[name]}{dot}{ending}")


def day(at: date) -> str:
    """A day as people read it."""
    return f"{at:%A} {at.day} {at:%B %Y}"


def number(value: float) -> str:
    """A number with its thousands apart."""
    return f"{value:,}"


def size(count: int) -> str:
    """A number of bytes as people read it: "3.4 MB"."""
    step = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if step < 1000:
            return f"{step:,.0f} {unit}" if unit == "bytes" else f"{step:,.1f} {unit}"
        step /= 1000
    return f"{step:,.1f} TB"


def plural(count: int, noun: str, many: str | None = None) -> str:
    """A number and its noun: "1 message", "2,004 messages"."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


class Forms(BaseRenderer):
    """Draws Django's forms with GOV.UK's components."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    @cached_property
    def _engine(self) -> Any:
        return engines["jinja2"]

    def get_template(self, template_name: str) -> Any:
        """A template of ours, or Django's own for the widgets that have no component."""
        if template_name.startswith("forms/"):
            return self._engine.get_template(template_name)
        return engines["django"].get_template(template_name)
