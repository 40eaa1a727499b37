"""Addresses of people's accounts, outside of the dashboard's own lists."""

from __future__ import annotations

from django.urls import include, path

from accounts.data_rights import agreements
from accounts.views import connect, meta_callbacks, requests, setup

urlpatterns = [
    path("", include("accounts.sign_in.urls")),
    path("agree/", agreements.agreeing, name="agree"),
    path("data-request/", requests.data_request, name="data_request"),
    path("requests/<str:code>/", requests.request_status, name="request_status"),
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
