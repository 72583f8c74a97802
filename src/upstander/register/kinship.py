"""Whether somebody with an account is one of those whom a case is about."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from django.db.models import QuerySet

from upstander.register.models import Account, Case, Standing, StandingKind

__all__ = ["BARRED", "alike", "barred", "barred_among", "barred_from", "is_alike", "same_person"]

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

#: Letters that are none with an accent, and are written without their stroke, or as two, where a keyboard lacks them.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "a", "œ": "o", "ı": "i"})
#: Two letters that stand for one with an accent: Mueller, Kjaer, Aagaard.
_TWO = re.compile("([aou])e|aa")


def barred(case: Case, account: Account) -> Standing | None:
    """The standing that shuts them out; None where there is none."""
    return next((standing for standing in _shut_out().filter(case=case) if same_person(standing, account)), None)


def barred_among(case: Case, accounts: Iterable[Account]) -> set[int]:
    """Keys of those of the accounts that a standing shuts out of the case."""
    told = list(_shut_out().filter(case=case))
    return {account.pk for account in accounts if any(same_person(standing, account) for standing in told)}


def barred_from(account: Account) -> set[str]:
    """References of the cases that a standing shuts them out of."""
    told = _shut_out().select_related("case")
    return {standing.case.reference for standing in told if same_person(standing, account)}


def alike(case: Case, account: Account) -> list[Standing]:
    """Those who are shut out and whose names may be this account's, though something said that it is another's."""
    return [standing for standing in _shut_out().filter(case=case) if is_alike(standing, account)]


def is_alike(standing: Standing, account: Account) -> bool:
    """Whether the name may be theirs, and a number or the account that was said to be theirs alone says it is not."""
    known = _names(standing)
    return any(_may_be_one(name, account.full_name) for name in known) and not same_person(standing, account)


def _shut_out() -> QuerySet[Standing]:
    """What shuts people out, of every case."""
    return Standing.objects.filter(kind__in=BARRED, withdrawn_at=None).select_related("account")


def same_person(standing: Standing, account: Account) -> bool:
    """Whether the account is theirs, or may be: it was said so, their numbers are one, or their names may be one's.

    Two people whose names may be one's are told apart by their numbers, where both have one and the two differ for
    certain, or by the account that was said to be theirs: without either the doubt shuts out.
    """
    if standing.account_id == account.pk:
        return True
    own = account.number
    if standing.account is None:
        if _one_number(standing.number, own):
            return True
        return not _differ(standing.number, own) and _may_be_one(standing.name, account.full_name)
    # It was said which account is theirs: another is theirs as well where it has their number, or has their name and
    # no number that could say that it is somebody else's.
    if any(_one_number(number, own) for number in (standing.number, standing.account.number)):
        return True
    return not _runs(own) and any(_one_name(name, account.full_name) for name in _names(standing))


def _names(standing: Standing) -> list[str]:
    return [standing.name] if standing.account is None else [standing.name, standing.account.full_name]


def _runs(written: str) -> list[str]:
    """The runs of digits of a number: what has none, or nothing but zeros, is no number ("not known")."""
    runs = re.findall(r"\d+", unicodedata.normalize("NFKC", written))
    plain = ["".join(str(unicodedata.decimal(digit)) for digit in run) for run in runs]
    return [run for run in plain if run.strip("0")]


def _parts(runs: list[str]) -> set[str]:
    """What a number may be, of its runs of digits: each, and those beside one another together; 44-71 is 4471."""
    ends = range(len(runs) + 1)
    return {"".join(runs[start:end]).lstrip("0") for start in ends for end in ends if start < end}


def _among(few: list[str], many: list[str]) -> bool:
    """Whether the digits of one number are among those of another."""
    parts = _parts(many)
    return "".join(few).lstrip("0") in parts or all(run.lstrip("0") in parts for run in few)


def _differ(one: str, other: str) -> bool:
    """Whether two numbers are those of two people for certain: both have digits, and none of them in common."""
    a, b = _runs(one), _runs(other)
    return bool(a and b) and not _parts(a) & _parts(b)


def _one_number(one: str, other: str) -> bool:
    """Whether two numbers are one, whatever rank, force or extension stands with either.

    Letters that are written together with the digits, and are no rank, are part of it where both have some.
    """
    a, b = _runs(one), _runs(other)
    if not a or not b or not (_among(a, b) or _among(b, a)):
        return False
    lettered, others = _lettered(one), _lettered(other)
    return not lettered or not others or bool(lettered & others)


def _lettered(written: str) -> set[str]:
    """What has letters and digits together, without the rank before it: PCX4471 has none but X4471."""
    plain = unicodedata.normalize("NFKC", written).casefold()
    found = set()
    for before, digits, after in re.findall(r"([^\W\d_]*)(\d+)([^\W\d_]*)", plain):
        rank = max((rank for rank in _RANKS if before.startswith(rank)), key=len, default="")
        letters = before.removeprefix(rank)
        if letters or after:
            found.add(f"{letters}{digits.lstrip('0')}{after}")
    return found


def _may_be_one(one: str, other: str) -> bool:
    """Whether two names may be one person's: the same words; more of them; a given name cut short or an initial.

    "Callum Maddox" may be MADDOX, Callum; Callum J Maddox; Cal Maddox; C. Maddox; PC Maddox. The family name is the
    last word, or stands before a comma, or is the first of the one and the last of the other.
    """
    a, b = _words(one), _words(other)
    a, b = _joined(a, b), _joined(b, a)
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


def _joined(words: list[str], others: list[str]) -> list[str]:
    """The words, two that stand beside one another as one where the others have them so: Mac Donald, MacDonald."""
    for place, (first, second) in enumerate(pairwise(words)):
        if first + second in others:
            return [*words[:place], first + second, *words[place + 2 :]]
    return words


def _given(one: list[str], other: list[str], family: str) -> bool:
    return any(_short(a, b) for a in one if a != family for b in other if b != family)


def _short(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _one_name(one: str, other: str) -> bool:
    """Whether two names are of the same words, but for what tells two accounts apart: brackets, ranks and numbers."""
    a, b = ([word for word in _words(name) if not word.isdigit()] for name in (one, other))
    return bool(a) and sorted(_joined(a, b)) == sorted(_joined(b, a))


def _words(name: str) -> list[str]:
    """The words of a name, however it is accented or punctuated, the family name last where a comma says which it is.

    What stands in brackets tells apart two accounts of one name; whoever is named in a case may bear either.
    """
    name = re.sub(r"\([^)]*\)", " ", name).translate(_JOINED)
    family, comma, given = name.partition(",")
    plain = "".join(
        letter if letter.isalnum() else " "
        for letter in unicodedata.normalize("NFKD", f"{given} {family}" if comma else name).casefold()
        # Nor what is not seen.
        if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf"
    )
    words = plain.translate(_LETTERS).split()
    # Before the name alone: there are people called Constable.
    while len(words) > 1 and (words[0] in _RANKS or words[0].isdigit()):
        words = words[1:]
    return [_TWO.sub(lambda two: two[1] or "a", word) for word in words]
