"""Addresses of people's accounts, outside of the dashboard's own lists."""

from __future__ import annotations

from django.urls import include, path

from accounts import joining, my_account
from accounts.views import connecting

urlpatterns = [
    path("join/<str:token>/", joining.join, name="join"),
    path("joining/", joining.join_proved, name="join_proved"),
    path("my-account/", my_account.my_account, name="my_account"),
    path("accounts/", include("allauth.urls")),
    path("connect/", connecting.start, name="connect_start"),
    path("connect/<slug:provider>/", connecting.out, name="connect"),
    path("connect/again/<uuid:pk>/", connecting.out_again, name="connect_again"),
    path("connect/<slug:provider>/back/", connecting.back, name="connect_back"),
    path("connect/choose/<uuid:pk>/", connecting.choose, name="connect_choose"),
]
