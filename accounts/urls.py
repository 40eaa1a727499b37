"""Addresses of people's accounts, outside of the dashboard's own lists."""

from __future__ import annotations

from django.urls import include, path

from accounts.rights import agreeing
from accounts.views import calling_back, connecting, requests, setting_up

urlpatterns = [
    path("", include("accounts.signing_in.doors")),
    path("agree/", agreeing.agreeing, name="agree"),
    path("data-request/", requests.data_request, name="data_request"),
    path("requests/<str:code>/", requests.request_status, name="request_status"),
    path("connect/", connecting.start, name="connect_start"),
    path("connect/<slug:provider>/", connecting.out, name="connect"),
    path("connect/again/<uuid:pk>/", connecting.out_again, name="connect_again"),
    path("connect/<slug:provider>/back/", connecting.back, name="connect_back"),
    path("connect/choose/<uuid:pk>/", connecting.choose, name="connect_choose"),
    path("setup/<slug:provider>/", setting_up.setup, name="provider_setup"),
    path("setup/<slug:provider>/check/", setting_up.check, name="provider_check"),
    path("setup/<slug:provider>/remove/", setting_up.remove, name="provider_remove"),
    path("callbacks/meta/<slug:provider>/deletion/", calling_back.deletion, name="meta_deletion"),
    path("callbacks/meta/<slug:provider>/deauthorize/", calling_back.deauthorization, name="meta_deauthorize"),
]
