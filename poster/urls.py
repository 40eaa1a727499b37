"""Every address of the product."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("", include("publishing.urls")),
    path("", include("watches.urls")),
    path("", include("accounts.urls")),
    path("dashboard/", admin.site.urls),
]

handler400 = "poster.failing.bad_request"
handler403 = "poster.failing.not_allowed"
handler404 = "poster.failing.not_found"
handler500 = "poster.failing.broken"
