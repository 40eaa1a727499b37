"""The dashboard: Django's admin under our own site."""

from __future__ import annotations

from django.contrib.admin import AdminSite


class Dashboard(AdminSite):
    """The site; its pages are in templates/admin."""

    site_title = site_header = "ai-poster"
    index_title = "Overview"
