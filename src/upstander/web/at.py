"""Where a page is: the case, who looks, and what they may do; the first line of every page of a case."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from upstander.actions import Actor, Power
from upstander.errors import NotAllowed
from upstander.register.models import Account, Case
from upstander.register.site import Site
from upstander.storage import Case as Folder
from upstander.storage import Home
from upstander.web.zones import in_zone_of

__all__ = ["At", "actor", "at", "home", "now", "site"]

now = timezone.now

#: The places of a case in the order that its pages name them, with the power that each needs.
PLACES = (
    ("case", "Overview", Power.SEE),
    ("exhibits", "Exhibits", Power.READ),
    ("gaps", "Gaps and clocks", Power.READ),
    ("conversations", "Conversations", Power.READ),
    ("search", "Search", Power.READ),
    ("review", "Review", Power.READ),
    ("people", "People", Power.READ),
    ("access", "Access", Power.SEE),
    ("ledger", "Ledger", Power.AUDIT),
)


@dataclass(frozen=True, slots=True)
class At:
    """A page's case, as its templates know it."""

    actor: Actor
    case: Case
    folder: Folder
    powers: frozenset[Power]

    @property
    def places(self) -> list[tuple[str, str]]:
        """Names and titles of the pages that they may open."""
        return [(name, title) for name, title, power in PLACES if power in self.powers]

    def may(self, power: str) -> bool:
        """Whether they have the power."""
        return Power(power) in self.powers

    @property
    def blind(self) -> bool:
        """Whether they code and settle nothing: no page may tell them what others said of what they may read too."""
        return Power.CODE in self.powers and Power.SETTLE not in self.powers


def actor(request: HttpRequest) -> Actor:
    """Who looks. Raises `NotAllowed` where nobody is signed in."""
    if not isinstance(request.user, Account):
        raise NotAllowed("Sign in first.")
    return Actor.of(request.user)


def site() -> Site:
    """The settings of the site."""
    told: Site = settings.SITE  # type: ignore[misc]
    return told


def home() -> Home:
    """The folder that cases live in."""
    return Home(site().home)


def at(request: HttpRequest, reference: str, power: Power = Power.SEE) -> At:
    """The case of a page. Raises `NotAllowed`, and says the same of a case that is not there as of a closed one."""
    who = actor(request)
    case = Case.objects.filter(reference=reference).first()
    if case is None:
        raise NotAllowed("There is no such case, or you have no access to it.", hidden=True)
    powers = who.need(power, case)
    folder = home().open(case.reference)
    in_zone_of(request, folder)
    return At(who, case, folder, powers)
