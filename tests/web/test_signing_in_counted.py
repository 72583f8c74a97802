"""What counts tries to sign in counts on, however many others try."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from tests.register.people import account

pytestmark = pytest.mark.django_db

PASSWORD = "three green lamps burn"  # noqa: S105 - of invented people


def _tries(login: str, password: str, client: str) -> HttpResponse:
    answer = Client(REMOTE_ADDR=client).post("/account/login/", {"login": login, "password": password})
    assert isinstance(answer, HttpResponse)
    return answer


def _rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM register_cache")
        return int(cursor.fetchone()[0])


def test_a_lock_stays_whoever_else_guesses_at_whatever(client: Client) -> None:
    """Two hundred names that nobody has, tried from four addresses within a minute's rate, fill the table of counters.

    Each try makes one for the name at the address and one for the name from anywhere: more than four hundred rows,
    where Django's own cache begins to remove at three hundred.
    """
    account("rae")
    for _ in range(8):
        _tries("rae", "wrong wrong wrong", "192.0.2.1")
    assert "Too many wrong passwords" in _tries("rae", PASSWORD, "192.0.2.1").content.decode()
    for number in range(200):
        assert _tries(f"nobody{number}", "wrong wrong wrong", f"192.0.2.{10 + number % 4}").status_code == 200
    assert _rows() > 400
    assert "Too many wrong passwords" in _tries("rae", PASSWORD, "192.0.2.1").content.decode()


def test_what_has_run_out_is_removed_and_nothing_else() -> None:
    """The mark of a used code, and counters, stay beside any number of others; rows that have run out do not stay."""
    assert cache.add("allauth.mfa.totp.used?user=1&code=123456", "y", timeout=90)
    for number in range(500):
        cache.set(f"zz:{number}", [1.0], timeout=900)
    for number in range(500):
        cache.set(f"aa:{number}", [1.0], timeout=-5)
    assert not cache.add("allauth.mfa.totp.used?user=1&code=123456", "y", timeout=90)
    assert len(cache.get_many([f"zz:{number}" for number in range(500)])) == 500
    cache.set("another", 1, timeout=900)
    assert _rows() == 502
