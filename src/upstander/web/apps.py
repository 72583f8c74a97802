"""The desk as an application of Django's."""

from importlib import import_module

from django.apps import AppConfig

__all__ = ["Desk"]


class Desk(AppConfig):
    """What has to be there before anybody comes: a session notes when it began, and the ledger that it did."""

    name = "upstander.web"

    def ready(self) -> None:
        """Listen to signing in from the start, and not from the first page on."""
        import_module("upstander.web.signing_in")
