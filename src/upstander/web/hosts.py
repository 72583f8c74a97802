"""By what a browser reached the site: a passkey is made for a name, and not for a number."""

from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.request import split_domain_port

__all__ = ["ByNumber", "by_number"]

_HERE = "localhost"


@dataclass(frozen=True, slots=True)
class ByNumber:
    """A site that was reached by a number."""

    host: str
    #: The same page by name; None where only whoever runs the site knows one.
    named: str | None


def by_number(request: HttpRequest) -> ByNumber | None:
    """The number, and the name that this machine has for itself; None where the site was reached by name."""
    try:
        host, port = split_domain_port(request.get_host())
        number = ip_address(host.strip("[]"))
    except (DisallowedHost, ValueError):
        return None
    known = number.is_loopback and _HERE in settings.ALLOWED_HOSTS
    named = f"{request.scheme}://{_HERE}{f':{port}' if port else ''}{request.path}" if known else None
    return ByNumber(host, named)
