"""Every address of the product: the foundation's own, and what the apps say (`Manifest.urls`)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from poster.manifests import manifests
from poster.web import app_manifest, public, resumed_acts, unsaved_input
from poster.web.languages import in_each_language

admin.autodiscover()  # here: workers and commands show no pages, and need not load them

urlpatterns = [
    *in_each_language(
        path("", public.home, name="home"),
        path("faq/", public.faq, name="faq"),
        path("terms/", public.terms, name="terms"),
        path("privacy/", public.privacy, name="privacy"),
    ),
    path("carry-on/", resumed_acts.carry_on, name=resumed_acts.NAME),
    path("once-more/", resumed_acts.once_more, name=resumed_acts.ONCE_MORE),
    path("typed/", unsaved_input.keep, name="keep_typed"),
    path("typed/forget", unsaved_input.forget, name="forget_typed"),
    path("manifest.webmanifest", app_manifest.manifest, name="app_manifest"),
    path("robots.txt", public.robots, name="robots"),
    path(".well-known/security.txt", public.security, name="security_txt"),
    *(path("", include(manifest.urls)) for manifest in reversed(manifests()) if manifest.urls),
    path("dashboard/", admin.site.urls),
]

handler400 = "poster.web.error_pages.bad_request"
handler403 = "poster.web.error_pages.not_allowed"
handler404 = "poster.web.error_pages.not_found"
handler500 = "poster.web.error_pages.broken"
