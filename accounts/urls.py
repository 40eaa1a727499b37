"""Addresses of people's accounts, outside of the dashboard's own lists."""

from __future__ import annotations

from django.urls import include, path

from accounts.data_rights import agreements
from accounts.views import connect, ending_mails, meta_callbacks, not_me, requests, setup
from poster.web.languages import in_each_language

urlpatterns = [
    path("", include("accounts.sign_in.urls")),
    path("agree/", agreements.agreeing, name="agree"),
    path("mails/end/<str:token>/", ending_mails.end, name="mails_end"),
    path("not-me/<str:token>/", not_me.not_me, name="not_me"),
    *in_each_language(
        path("data-request/", requests.data_request, name="data_request"),
        path("requests/<str:code>/", requests.request_status, name="request_status"),
    ),
    path("connect/", connect.start, name="connect_start"),
    path("connect/<slug:provider>/", connect.out, name="connect"),
    path("connect/again/<uuid:pk>/", connect.out_again, name="connect_again"),
    path("connect/<slug:provider>/back/", connect.back, name="connect_back"),
    path("connect/choose/<uuid:pk>/", connect.choose, name="connect_choose"),
    path("setup/<slug:provider>/", setup.setup, name="provider_setup"),
    path("setup/<slug:provider>/check/", setup.check, name="provider_check"),
    path("setup/<slug:provider>/remove/", setup.remove, name="provider_remove"),
    path("callbacks/meta/<slug:provider>/deletion/", meta_callbacks.deletion, name="meta_deletion"),
    path("callbacks/meta/<slug:provider>/deauthorize/", meta_callbacks.deauthorization, name="meta_deauthorize"),
]
