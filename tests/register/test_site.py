"""The address of a PostgreSQL: what it asks for is done, or refused."""

import pytest

from upstander.errors import BadSetting
from upstander.register.site import Site


def test_what_an_address_asks_for_reaches_the_line() -> None:
    """How it is kept safe, and where the socket lies."""
    url = "postgresql://u:p%40s@db.example.org:5433/cases?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    known = Site(database_url=url).database
    assert (known["HOST"], known["PORT"], known["PASSWORD"], known["NAME"]) == (
        "db.example.org",
        "5433",
        "p@s",
        "cases",
    )
    assert known["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    known = Site(database_url="postgresql:///cases?host=/var/run/postgresql").database
    assert (known["HOST"], known["OPTIONS"]) == ("/var/run/postgresql", {})
    known = Site(database_url="postgresql://db.example.org/cases?host=/var/run/postgresql").database
    assert (known["HOST"], known["OPTIONS"]) == ("db.example.org", {}), "said once, to whatever connects"


@pytest.mark.parametrize("asked", ["sslmod=require", "pool=4", "user=root", "sslmode=require&x="])
def test_what_it_may_not_ask_for_is_refused(asked: str) -> None:
    """A word that is mistyped must not leave the line open."""
    with pytest.raises(BadSetting, match="UPSTANDER_DATABASE_URL asks for"):
        _ = Site(database_url=f"postgresql://u@h/cases?{asked}").database
