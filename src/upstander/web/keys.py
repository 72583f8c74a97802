"""The form that adds a key, in our words."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm

__all__ = ["AddKey"]


class AddKey(AddWebAuthnForm):  # type: ignore[misc]
    """As the library has it: only what is said is ours."""

    def __init__(self, *args: Any, **told: Any) -> None:
        """With our words."""
        super().__init__(*args, **told)
        name, alone = self.fields["name"], self.fields.get("passwordless")
        name.label, name.help_text = "What you call it", "Such as: the key on my ring."
        if alone is not None:
            alone.label = "Sign in with it alone, without the password"
            alone.help_text = "It is then a passkey: the key itself asks for a PIN, a finger or a face."
