"""The register, opened for a command that needs it: Django is loaded by those alone."""

import os

import django
from django.conf import settings

from upstander.cli.options import Shared
from upstander.errors import Refused
from upstander.register.site import RESTORING, Site, home_of

__all__ = ["SETTINGS", "opened"]

#: Where Django finds the settings; those of the site, from the environment.
SETTINGS = "upstander.web.settings"


def opened(shared: Shared, *, make: bool = False, look: bool = False, bring: bool = False) -> Site:
    """Open the register of the home; `make` gives it the shape that this Upstander writes, where it has another.

    `look` takes it as it is, or is not: for whoever looks at that; and so does `bring`, for whoever brings one back.
    A home that is not there is made for `make`, may be absent for `bring`, and is made by nothing else.
    Models and actions can be imported after this and not before: the commands import them where they use them. Raises
    `BadSetting`, or `Refused` where the home or the register is not there yet.
    """
    if not settings.configured and shared.home is not None:
        os.environ["UPSTANDER_HOME"] = str(shared.home)
    home = settings.SITE.home if settings.configured else home_of()  # type: ignore[misc]
    if make:
        # A home that is made here is nobody else's.
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    elif not bring and not home.is_dir():
        raise Refused(f"there is no home at {home} yet; `upstander serve` makes it")
    if not settings.configured:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
        django.setup()
    from upstander.register.shape import bring_up_to_date, pending

    site: Site = settings.SITE  # type: ignore[misc]
    look = look or bring
    if not look and (site.home / RESTORING).exists():
        raise Refused(
            f"a restore into {site.home} is at work, or was stopped before its end; run `upstander restore` again there"
        )
    if make:
        bring_up_to_date(site.home)
    elif not look and pending():
        raise Refused(
            f"the register of {site.home} is not there yet, or is older than this Upstander; `upstander serve` makes it"
        )
    return site
