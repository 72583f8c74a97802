"""Every address of the desk."""

from allauth.account.urls import urlpatterns as account_urls
from allauth.mfa.urls import urlpatterns as second_step_urls
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter
from django.views.generic import RedirectView

from upstander.web.places import (
    access,
    accounts,
    agreeing,
    begin,
    cases,
    certificates,
    conduct,
    contact,
    conversations,
    disagreements,
    exhibits,
    gaps,
    ledger,
    messages,
    overview,
    own,
    people,
    reading,
    review,
    reviewing,
    search,
    site_settings,
    stances,
)
from upstander.web.steps import guarded

__all__ = ["urlpatterns"]

handler400 = "upstander.web.faults.unreadable"
handler404 = "upstander.web.faults.missing"
#: The library that signs people in asks for it by this name.
handler429 = "upstander.web.faults.too_many"
handler500 = "upstander.web.faults.fault"


class _Whole(StringConverter):
    """The rest of an address whatever it holds: a handle may have slashes and line ends in it."""

    regex = "(?s:.+)"


register_converter(_Whole, "whole")

_CASE = "cases/<str:reference>"

#: What allauth has more of (signing up, mail, codes by mail) is nothing of this site, and has no address here.
_ACCOUNT = ("account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_change_password")

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="cases", permanent=False), name="home"),
    path(".well-known/security.txt", contact.contact, name="contact"),
    path("begin/", begin.begin, name="begin"),
    path("account/2fa/", include(list(guarded(second_step_urls)))),
    path("account/", include([known for known in account_urls if known.name in _ACCOUNT])),
    path("own/", own.own, name="own"),
    path("own/pause/", own.pause, name="pause"),
    path("own/opened/", own.opened, name="opened"),
    path("own/unscripted/", own.no_scripts, name="unscripted"),
    path("settings/", site_settings.settings, name="settings"),
    path("accounts/", accounts.listed, name="accounts"),
    path("accounts/new/", accounts.new, name="account_new"),
    path("accounts/<str:username>/close/", accounts.close, name="account_close"),
    path("accounts/<str:username>/password/", accounts.password, name="account_password"),
    path("accounts/<str:username>/second-step/", accounts.second_step, name="account_second_step"),
    path("accounts/<str:username>/number/", accounts.number, name="account_number"),
    path("ledger/", ledger.site, name="site_ledger"),
    path("ledger.<str:form>", ledger.site_exported, name="site_ledger_export"),
    path("cases/", cases.listed, name="cases"),
    path("cases/new/", cases.new, name="case_new"),
    path(f"{_CASE}/", overview.overview, name="case"),
    path(f"{_CASE}/exhibits/", exhibits.listed, name="exhibits"),
    path(f"{_CASE}/exhibits/new/", exhibits.new, name="hand_in"),
    path(f"{_CASE}/exhibits/hand-ins/", exhibits.progress, name="hand_ins"),
    path(f"{_CASE}/exhibits/hand-ins/<int:number>/", exhibits.step, name="hand_in_step"),
    path(f"{_CASE}/exhibits/<str:exhibit>/", exhibits.one, name="exhibit"),
    path(f"{_CASE}/warnings/", exhibits.warned, name="warnings"),
    path(f"{_CASE}/captures.svg", gaps.picture, name="captures_picture"),
    path(f"{_CASE}/gaps/", gaps.listed, name="gaps"),
    path(f"{_CASE}/reading/why/", reading.why, name="why"),
    path(f"{_CASE}/reading/text/", reading.text, name="text"),
    path(f"{_CASE}/conversations/", conversations.listed, name="conversations"),
    path(f"{_CASE}/conversations/<str:conversation>/", conversations.conversation, name="conversation"),
    path(f"{_CASE}/conversations/<str:conversation>/find/", conversations.find, name="conversation_find"),
    path(f"{_CASE}/messages/<str:message>/", messages.message, name="message"),
    path(f"{_CASE}/messages/<str:message>/media/<int:number>/", messages.media, name="message_media"),
    path(f"{_CASE}/access/", access.access, name="access"),
    path(f"{_CASE}/access/give/", access.give, name="access_give"),
    path(f"{_CASE}/access/<str:username>/withdraw/", access.withdraw, name="access_withdraw"),
    path(f"{_CASE}/standings/new/", access.stand, name="standing_new"),
    path(f"{_CASE}/standings/<int:standing>/withdraw/", access.unstand, name="standing_withdraw"),
    path(f"{_CASE}/search/", search.search, name="search"),
    path(f"{_CASE}/search/keep/", search.keep, name="search_keep"),
    path(f"{_CASE}/review/", review.listed, name="review"),
    path(f"{_CASE}/review/second-readings/", agreeing.agreement, name="review_agreement"),
    path(f"{_CASE}/review/<str:code>/", reviewing.queue, name="review_queue"),
    path(f"{_CASE}/review/<str:code>/second/", reviewing.queue, {"mode": "second"}, name="review_second"),
    path(f"{_CASE}/review/<str:code>/sample/", reviewing.queue, {"mode": "sample"}, name="review_sample"),
    path(f"{_CASE}/review/<str:code>/said/<slug:mode>/", reviewing.said, name="review_said"),
    path(f"{_CASE}/review/<str:code>/disagreements/", disagreements.listed, name="review_disagreements"),
    path(f"{_CASE}/review/<str:code>/disagreements/<str:message>/", disagreements.one, name="review_disagreement"),
    path(f"{_CASE}/review/<str:code>/disagreements/<str:message>/settle/", disagreements.settle, name="review_settle"),
    path(f"{_CASE}/review/<str:code>/certificate/", certificates.certificate, name="review_certificate"),
    path(f"{_CASE}/review/<str:code>/certificate/choose/", certificates.choose, name="review_choose"),
    path(f"{_CASE}/review/<str:code>/certificate/draw/", certificates.draw, name="review_draw"),
    path(f"{_CASE}/search/drop/", search.drop, name="search_drop"),
    path(f"{_CASE}/people/", people.listed, name="people"),
    path(f"{_CASE}/people/pairs/", people.pairs, name="pairs"),
    path(f"{_CASE}/people/pairs/decide/", people.decide, name="pair_decide"),
    path(f"{_CASE}/people/messages/", conduct.messages, name="conduct"),
    path(f"{_CASE}/people/stances/", stances.stances, name="stances"),
    path(f"{_CASE}/people/stances/one/", stances.one, name="stance"),
    path(f"{_CASE}/people/stances/decide/", stances.decide, name="stance_decide"),
    path(f"{_CASE}/people/<whole:person>/", people.one, name="person"),
    path(f"{_CASE}/ledger/", ledger.case, name="ledger"),
    path(f"{_CASE}/ledger.<str:form>", ledger.exported, name="ledger_export"),
]
