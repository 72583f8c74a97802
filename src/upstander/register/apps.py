"""The register as Django's application."""

from django.apps import AppConfig

__all__ = ["Register"]


class Register(AppConfig):
    """The one application of models."""

    name = "upstander.register"
    label = "register"
    verbose_name = "Register"
    default_auto_field = "django.db.models.BigAutoField"
