"""The desk for any WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

__all__ = ["application"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.web.settings")
# What a process keeps between pages is large and stays; to go through all of it for every few hundred objects that a
# page makes takes longer than some pages do.
gc.set_threshold(20_000, 20, 50)
application = get_wsgi_application()
