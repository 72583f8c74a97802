"""The desk's settings as the tests have them: a home of their own, and a password hasher that is quick."""

import os
import tempfile
from pathlib import Path

from upstander.register.site import Site
from upstander.web.configured import configured

_SITE = Site(
    home=Path(tempfile.mkdtemp(prefix="upstander-tests-")),
    secret_key="for tests and nothing else: nobody signs in with it anywhere",  # noqa: S106
    database_url=os.environ.get("UPSTANDER_TEST_DATABASE_URL", ""),
    hosts=("testserver", "localhost", "127.0.0.1"),
)

globals().update(configured(_SITE))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
