"""Every page of the desk, and how a browser comes to it: an address that is in neither table here fails a test."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tests.support.shown_desk import REFERENCE

from upstander.web.urls import urlpatterns

__all__ = ["NO_PAGES", "PAGES", "UNUSED", "Page", "addresses"]

#: People of the made desk, and who is nobody.
_OWNER, _REVIEWER, _ADMINISTRATOR, _NOBODY = "maya", "theo", "robin", ""
_CASE = f"/cases/{REFERENCE}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its address, in which {conversation} and the like stand for ids, and who looks."""

    path: str
    who: str = _OWNER
    status: int = 200


#: By the name of the address: the page, and the states of it that look different.
PAGES: Mapping[str, tuple[Page, ...]] = MappingProxyType(
    {
        "account_change_password": (Page("/account/password/change/"),),
        "account_login": (Page("/account/login/", _NOBODY),),
        "account_logout": (Page("/account/logout/"),),
        "account_inactive": (Page("/account/inactive/", _NOBODY),),
        "account_new": (Page("/accounts/new/", _ADMINISTRATOR),),
        "account_reauthenticate": (Page("/account/reauthenticate/"),),
        "account_number": (Page("/accounts/noor/number/", _ADMINISTRATOR),),
        "account_password": (Page("/accounts/noor/password/", _ADMINISTRATOR),),
        "accounts": (Page("/accounts/", _ADMINISTRATOR),),
        "access": (Page(f"{_CASE}/access/"),),
        "access_give": (Page(f"{_CASE}/access/give/"),),
        "case": (Page(f"{_CASE}/"), Page("/cases/NOBODY-1/", status=404)),
        "case_new": (Page("/cases/new/"),),
        "cases": (Page("/cases/"), Page("/cases/", _ADMINISTRATOR)),
        "conduct": (Page(f"{_CASE}/people/messages/?person={{person}}&code={{code}}&did=present"),),
        "conversation": (
            Page(f"{_CASE}/conversations/{{conversation}}/"),
            Page(f"{_CASE}/conversations/{{conversation}}/?page=26"),
            Page(f"{_CASE}/conversations/{{conversation}}/?date=x"),
        ),
        "conversations": (Page(f"{_CASE}/conversations/"), Page(f"{_CASE}/conversations/?named=x")),
        "exhibit": (Page(f"{_CASE}/exhibits/{{exhibit}}/"),),
        "exhibits": (Page(f"{_CASE}/exhibits/"),),
        "gaps": (
            Page(f"{_CASE}/gaps/"),
            Page(f"{_CASE}/gaps/?reason=all"),
            Page(f"{_CASE}/gaps/?reason=deleted_on_phone&traced=yes&conversation={{conversation}}"),
        ),
        "hand_in": (Page(f"{_CASE}/exhibits/new/"),),
        "ledger": (Page(f"{_CASE}/ledger/"),),
        "message": (Page(f"{_CASE}/messages/{{message}}/"),),
        "mfa_activate_totp": (Page("/account/2fa/totp/activate/"),),
        "mfa_add_webauthn": (Page("/account/2fa/webauthn/add/"),),
        "mfa_deactivate_totp": (Page("/account/2fa/totp/deactivate/", _REVIEWER),),
        "mfa_edit_webauthn": (Page("/account/2fa/webauthn/keys/{key}/edit/", _REVIEWER),),
        "mfa_generate_recovery_codes": (Page("/account/2fa/recovery-codes/generate/", _REVIEWER),),
        "mfa_index": (Page("/account/2fa/"), Page("/account/2fa/", _REVIEWER)),
        "mfa_list_webauthn": (Page("/account/2fa/webauthn/"), Page("/account/2fa/webauthn/", _REVIEWER)),
        "mfa_reauthenticate": (Page("/account/2fa/reauthenticate/", _REVIEWER),),
        "mfa_reauthenticate_webauthn": (Page("/account/2fa/webauthn/reauthenticate/", _REVIEWER),),
        "mfa_remove_webauthn": (Page("/account/2fa/webauthn/keys/{key}/remove/", _REVIEWER),),
        "mfa_view_recovery_codes": (Page("/account/2fa/recovery-codes/", _REVIEWER),),
        "own": (Page("/own/"),),
        "pairs": (
            Page(f"{_CASE}/people/pairs/"),
            Page(f"{_CASE}/people/pairs/?standing=applied"),
            Page(f"{_CASE}/people/pairs/?standing=refused"),
        ),
        "people": (
            Page(f"{_CASE}/people/"),
            Page(f"{_CASE}/people/?name=x"),
            Page(f"{_CASE}/people/?conversation={{conversation}}"),
        ),
        "person": (Page(f"{_CASE}/people/{{person}}/"),),
        "review": (Page(f"{_CASE}/review/"), Page(f"{_CASE}/review/", _REVIEWER)),
        "review_agreement": (Page(f"{_CASE}/review/second-readings/"),),
        "review_certificate": (Page(f"{_CASE}/review/{{code}}/certificate/"),),
        "review_disagreement": (Page(f"{_CASE}/review/{{code}}/disagreements/{{disputed}}/"),),
        "review_disagreements": (
            Page(f"{_CASE}/review/{{code}}/disagreements/"),
            Page(f"{_CASE}/review/{{code}}/disagreements/?settled=yes"),
            Page(f"{_CASE}/review/{{code}}/disagreements/?show=twice"),
        ),
        "review_queue": (Page(f"{_CASE}/review/{{code}}/"),),
        "review_sample": (
            Page(f"{_CASE}/review/{{sampled}}/sample/"),
            Page(f"{_CASE}/review/{{code}}/sample/"),
        ),
        "review_second": (
            Page(f"{_CASE}/review/{{code}}/second/", _REVIEWER),
            Page(f"{_CASE}/review/{{code}}/second/"),
        ),
        "search": (
            Page(f"{_CASE}/search/"),
            Page(f"{_CASE}/search/?q=knife"),
            Page(f"{_CASE}/search/?q=%28"),
        ),
        "settings": (Page("/settings/", _ADMINISTRATOR),),
        "site_ledger": (Page("/ledger/", _ADMINISTRATOR),),
        "stance": (Page(f"{_CASE}/people/stances/one/"),),
        "stances": (Page(f"{_CASE}/people/stances/"), Page(f"{_CASE}/people/stances/?show=confirmed")),
        "standing_new": (Page(f"{_CASE}/standings/new/"),),
        "standing_withdraw": (Page(f"{_CASE}/standings/{{standing}}/withdraw/"),),
        "warnings": (Page(f"{_CASE}/warnings/"),),
        "why": (Page(f"{_CASE}/reading/why/"),),
    }
)

#: Addresses at which there is no page, and why.
NO_PAGES: Mapping[str, str] = MappingProxyType(
    {
        "access_withdraw": "takes a form and leads back",
        "account_close": "takes a form and leads back",
        "account_second_step": "takes a form and leads back",
        "begin": "there as long as there is no account: the journey tries it",
        "captures_picture": "a picture, which pages show with its words",
        "contact": "plain text",
        "conversation_find": "leads to the search",
        "hand_in_step": "takes a form and leads back",
        "hand_ins": "a part of the page of exhibits",
        "home": "leads to the cases",
        "ledger_export": "a file",
        "message_media": "a picture",
        "mfa_authenticate": "there between password and second step: a test of its own tries it",
        "mfa_download_recovery_codes": "a file",
        "mfa_login_webauthn": "what a key answers",
        "opened": "counts, and answers nothing",
        "pair_decide": "takes a form and leads back",
        "pause": "takes a form and leads back",
        "review_choose": "takes a form and leads back",
        "review_draw": "takes a form and leads back",
        "review_said": "takes a form and leads back",
        "review_settle": "takes a form and leads back",
        "search_drop": "takes a form and leads back",
        "search_keep": "takes a form and leads back",
        "site_ledger_export": "a file",
        "stance_decide": "takes a form and leads back",
        "unscripted": "a picture of one dot, which browsers without scripts ask for",
        "text": "takes a form and leads back",
    }
)


#: What allauth has and this site does not: a test asks for each and finds nothing.
UNUSED: Mapping[str, str] = MappingProxyType(
    {
        "account_confirm_email": "/account/confirm-email/abc/",
        "account_confirm_login_code": "/account/login/code/confirm/",
        "account_confirm_reauthentication_code": "/account/reauthenticate/code/confirm/",
        "account_email": "/account/email/",
        "account_email_verification_sent": "/account/confirm-email/",
        "account_request_reauthentication_code": "/account/reauthenticate/code/",
        "account_reset_password": "/account/password/reset/",
        "account_reset_password_done": "/account/password/reset/done/",
        "account_reset_password_from_key": "/account/password/reset/key/1-x/",
        "account_reset_password_from_key_done": "/account/password/reset/key/done/",
        "account_set_password": "/account/password/set/",
        "account_signup": "/account/signup/",
    }
)


def addresses(patterns: Any = urlpatterns) -> Iterator[str]:
    """The name of every address of the site; what the site has put out of use is none."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns)
        elif pattern.name and pattern.name not in UNUSED:
            yield pattern.name
