"""Whether somebody with an account is one of those whom a case is about."""

import re
import unicodedata

from upstander.register.models import Account, Case, Standing, StandingKind

__all__ = ["BARRED", "barred", "same_person"]

#: Standings that shut a person out of a case.
BARRED = (StandingKind.SUBJECT, StandingKind.SUPERVISOR)


def barred(case: Case, account: Account) -> Standing | None:
    """The standing that shuts them out; None where there is none."""
    told = Standing.objects.filter(case=case, kind__in=BARRED, withdrawn_at=None)
    return next((standing for standing in told if same_person(standing, account)), None)


def same_person(standing: Standing, account: Account) -> bool:
    """Whether the account is theirs: it was said so, their numbers are one, or their names are and no number differs.

    Two people of one name are told apart by their numbers, where both have one: without them the doubt shuts out.
    """
    if standing.account_id is not None:
        return standing.account_id == account.pk
    theirs, own = _number(standing.number), _number(account.number)
    if theirs and own:
        return theirs == own
    return _words(standing.name) == _words(account.full_name)


def _number(written: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", written).casefold() if letter.isalnum())


def _words(name: str) -> frozenset[str]:
    """The words of a name, however it is ordered, accented or punctuated.

    What stands in brackets tells apart two accounts of one name; whoever is named in a case may bear either.
    """
    name = re.sub(r"\([^)]*\)", " ", name)
    plain = "".join(
        letter if letter.isalnum() else " "
        for letter in unicodedata.normalize("NFKD", name).casefold()
        if not unicodedata.combining(letter)
    )
    return frozenset(plain.split())
