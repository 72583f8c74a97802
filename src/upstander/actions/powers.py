"""Who may do what.

A power is asked for by one or more actions. Within a case it comes with a role that stands; on the site, with being
the administrator, who sees no content of any case. Nobody who is a subject of a case, or supervises one, has any power
in it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from upstander.register.models import Role

__all__ = ["OF_ROLES", "SITE", "Power"]


class Power(StrEnum):
    """What may be done."""

    #: See that the case is there, its counts, and who works on it.
    SEE = "see"
    #: Read what people wrote.
    READ = "read"
    #: Take in exhibits.
    TAKE_IN = "take in"
    #: Code messages.
    CODE = "code"
    #: Settle what reviewers disagree on, draw samples, fix a certificate.
    SETTLE = "settle"
    #: Say that two handles are one person, or are not.
    IDENTIFY = "identify"
    #: Say what a response was.
    RULE = "rule"
    #: Say who is subject, supervisor, complainant or witness.
    NAME = "name"
    #: Give and withdraw roles.
    GRANT = "grant"
    #: Read the ledger of the case.
    AUDIT = "audit"

    #: Open a case.
    OPEN = "open"
    #: Make and close accounts; settings.
    RUN = "run"
    #: Read the whole ledger.
    AUDIT_SITE = "audit the site"
    #: Sign in, and change what is one's own.
    OWN = "own"


_READER = frozenset({Power.SEE, Power.READ})
_REVIEWER = _READER | {Power.CODE}
_INVESTIGATOR = _REVIEWER | {Power.TAKE_IN, Power.SETTLE, Power.IDENTIFY, Power.RULE, Power.NAME, Power.AUDIT}

OF_ROLES: Mapping[Role, frozenset[Power]] = MappingProxyType(
    {
        Role.OWNER: _INVESTIGATOR | {Power.GRANT},
        Role.INVESTIGATOR: _INVESTIGATOR,
        Role.REVIEWER: _REVIEWER,
        Role.DECISION_MAKER: _READER | {Power.SETTLE, Power.RULE, Power.AUDIT},
        Role.AUDITOR: frozenset({Power.SEE, Power.AUDIT}),
    }
)

#: What everybody with an account may do on the site, and what the administrator may.
SITE: Mapping[bool, frozenset[Power]] = MappingProxyType(
    {
        False: frozenset({Power.OPEN, Power.OWN}),
        True: frozenset({Power.OWN, Power.RUN, Power.AUDIT_SITE}),
    }
)
