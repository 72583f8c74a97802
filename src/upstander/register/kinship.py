"""Whether somebody with an account is one of those whom a case is about."""

import re
import unicodedata

from django.db.models import QuerySet

from upstander.register.models import Account, Case, Standing, StandingKind

__all__ = ["BARRED", "alike", "barred", "barred_from", "same_person"]

#: Standings that shut a person out of a case.
BARRED = (StandingKind.SUBJECT, StandingKind.SUPERVISOR)


#: Ranks and forms of address, as they stand before names and numbers.
_WRITTEN = (
    "pc wpc tpc sc dc tdc wdc pcso cso ps tps ds dps tds sgt sergeant insp inspector di tdi ci cinsp dci supt csupt"
    " superintendent ch chief det detective dsu dsupt dcs acc dcc cc cmdr commander const constable officer ofc off"
    " trooper deputy lt lieutenant capt captain cpl corporal badge collar warrant staff no nr number id mr mrs ms miss"
    " mx dr prof sir dame"
)
_RANKS = frozenset(_WRITTEN.split())

#: What joins two halves of a word of a name: O'Neill.
_JOINED = str.maketrans("", "", "'’ʼ`´")


def barred(case: Case, account: Account) -> Standing | None:
    """The standing that shuts them out; None where there is none."""
    return next((standing for standing in _shut_out().filter(case=case) if same_person(standing, account)), None)


def barred_from(account: Account) -> set[str]:
    """References of the cases that a standing shuts them out of."""
    told = _shut_out().select_related("case")
    return {standing.case.reference for standing in told if same_person(standing, account)}


def alike(case: Case, account: Account) -> list[Standing]:
    """Those who are shut out and whose names may be this account's, though their number says that it is another's."""
    return [
        standing
        for standing in _shut_out().filter(case=case, account=None)
        if not same_person(standing, account) and _may_be_one(standing.name, account.full_name)
    ]


def _shut_out() -> QuerySet[Standing]:
    """What shuts people out, of every case."""
    return Standing.objects.filter(kind__in=BARRED, withdrawn_at=None).select_related("account")


def same_person(standing: Standing, account: Account) -> bool:
    """Whether the account is theirs, or may be: it was said so, their numbers are one, or their names may be one's.

    Two people whose names may be one's are told apart by their numbers, where both have one, or by the account that was
    said to be theirs: without either the doubt shuts out.
    """
    if standing.account_id == account.pk:
        return True
    own = account.number
    if standing.account is not None:
        # It was said which account is theirs: another is theirs as well where it has their number.
        return any(_one_number(number, own) for number in (standing.number, standing.account.number))
    if _number(standing.number) and _number(own):
        return _one_number(standing.number, own)
    return _may_be_one(standing.name, account.full_name)


def _number(written: str) -> str:
    """The letters and digits of a number, without the rank that stands before it: "PC 4471" is 4471."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", written).casefold() if letter.isalnum())
    rank, digits = _split(plain)
    return (digits if rank in _RANKS else plain).lstrip("0")


def _split(plain: str) -> tuple[str, str]:
    digits = plain.lstrip("".join(letter for letter in plain if not letter.isdigit()))
    return plain[: len(plain) - len(digits)], digits


def _one_number(one: str, other: str) -> bool:
    """Whether two numbers are one, or one of them is the other with letters before it that we do not know."""
    a, b = _number(one), _number(other)
    if not a or not b:
        return False
    if a == b:
        return True
    return bool(a.isdigit()) != bool(b.isdigit()) and _split(a)[1].lstrip("0") == _split(b)[1].lstrip("0")


def _may_be_one(one: str, other: str) -> bool:
    """Whether two names may be one person's: the same words; more of them; a given name cut short or an initial.

    "Callum Maddox" may be MADDOX, Callum; Callum J Maddox; Cal Maddox; C. Maddox; PC Maddox. The family name is the
    last word, or stands before a comma, or is the first of the one and the last of the other.
    """
    a, b = _words(one), _words(other)
    if not a or not b:
        return False
    if len(a) == 1 or len(b) == 1:
        # Known by one word: it may be the family name of either.
        return a[-1] == b[-1]
    if frozenset(a) <= frozenset(b) or frozenset(b) <= frozenset(a):
        return True
    for first, second in ((a, b), (b, a)):
        family = first[-1]
        if len(family) > 1 and family in (second[-1], second[0]) and _given(first, second, family):
            return True
    # The family name first, with no comma after it, in both.
    return len(a[0]) > 1 and a[0] == b[0] and _short(a[-1], b[-1])


def _given(one: list[str], other: list[str], family: str) -> bool:
    return any(_short(a, b) for a in one if a != family for b in other if b != family)


def _short(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _words(name: str) -> list[str]:
    """The words of a name, however it is accented or punctuated, the family name last where a comma says which it is.

    What stands in brackets tells apart two accounts of one name; whoever is named in a case may bear either.
    """
    name = re.sub(r"\([^)]*\)", " ", name).translate(_JOINED)
    family, comma, given = name.partition(",")
    plain = "".join(
        letter if letter.isalnum() else " "
        for letter in unicodedata.normalize("NFKD", f"{given} {family}" if comma else name).casefold()
        if not unicodedata.combining(letter)
    )
    words = plain.split()
    # Before the name alone: there are people called Constable.
    while len(words) > 1 and (words[0] in _RANKS or words[0].isdigit()):
        words = words[1:]
    return words
