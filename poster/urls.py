"""Every address of the product: the foundation's own, and what the apps say (`Manifest.urls`)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from poster.manifest import manifests
from poster.web import carrying_on, public

urlpatterns = [
    path("", public.home, name="home"),
    path("faq/", public.faq, name="faq"),
    path("terms/", public.terms, name="terms"),
    path("privacy/", public.privacy, name="privacy"),
    path("carry-on/", carrying_on.carry_on, name=carrying_on.NAME),
    path("once-more/", carrying_on.once_more, name=carrying_on.ONCE_MORE),
    path("robots.txt", public.robots, name="robots"),
    path(".well-known/security.txt", public.security, name="security_txt"),
    *(path("", include(manifest.urls)) for manifest in reversed(manifests()) if manifest.urls),
    path("dashboard/", admin.site.urls),
]

handler400 = "poster.web.failing.bad_request"
handler403 = "poster.web.failing.not_allowed"
handler404 = "poster.web.failing.not_found"
handler500 = "poster.web.failing.broken"
