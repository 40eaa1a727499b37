"""The dashboard: Django's admin under our own site."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from poster.dashboard import refused_attempts
from poster.dashboard.menu import menu
from poster.ledger.security_log import Kind, record
from poster.manifests import found, manifests, the
from poster.models import Switch
from poster.reasons.events import AskedForAPage, Paused, WentOn
from poster.web.operators import require_operator
from poster.web.post_only import post_only

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
FRONT_PAGE = "poster.front_page"  # (request) -> what its template shows


class Dashboard(AdminSite):
    """The site; its pages are in templates/admin."""

    site_title = site_header = "ai-poster"
    index_title = _("Overview")
    site_url = None
    enable_nav_sidebar = False

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the frame shows: the menu, and whether publishing is paused."""
        groups = menu(self, request) if self.has_permission(request) else []
        thrown = set(Switch.objects.values_list("name", flat=True))
        lines = [line for _title, lines in groups for line in lines]
        return {
            **super().each_context(request),
            "menu": groups,
            "on_a_phone": [line for line in lines if line.on_a_phone],
            "paused": settings.PAUSE_PUBLISHING or Switch.PAUSE in thrown,
            "put_back": Switch.RESTORED in thrown,
            "paused_outside": settings.PAUSE_PUBLISHING,
        }

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Our menu takes its place."""
        return []

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Ours first; without the door that tells whether any object exists."""
        ours = [
            path("pause/", self.admin_view(post_only("admin:index")(self.pause)), name="pause"),
        ]
        said = [
            path(each.path, self.admin_view(found(each.view)), name=each.name)
            for of in manifests()
            for each in of.pages
        ]
        return ours + said + [each for each in super().get_urls() if getattr(each, "name", "") != "view_on_site"]

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002 - Django's signature
        """A page of the dashboard. Whoever is refused there is in the security log."""

        @wraps(view)
        def noted(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied:
                refused_attempts.note(request, AskedForAPage())
                raise

        return super().admin_view(noted, cacheable)  # type: ignore[return-value]

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One door: allauth's, with its limits on wrong passwords."""
        return secure_admin_login(super().login)(request, extra_context)  # type: ignore[no-any-return]

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """By a button. Who comes here by an address stays signed in."""
        leave: Callable[..., HttpResponse] = super().logout
        return post_only("admin:index")(leave)(request, extra_context)  # type: ignore[return-value]

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One page for it: allauth's, which writes it down and ends the other sessions."""
        return redirect("account_change_password")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The front page: what waits for me, what goes out next, what went wrong. Refreshed: that, and the menus."""
        context = {**self.each_context(request), "title": self.index_title, **the(FRONT_PAGE)(request)}
        part = request.headers.get("HX-Request") == "true"
        return TemplateResponse(request, "admin/overview_refresh.html" if part else "admin/index.html", context)

    def app_index(  # type: ignore[override]
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Apps are our business, not people's."""
        return redirect("admin:index")

    def pause(self, request: HttpRequest) -> HttpResponse:
        """The kill switch: throw it, or take it back."""
        require_operator(request)
        if request.POST.get("to") == "on":
            Switch.objects.get_or_create(name=Switch.PAUSE)
            record(Kind.OPERATION, Paused(), person=request.user.pk, request=request)
            told = _("All publishing is paused. What was already on its way to a platform is checked.")
            messages.warning(request, told)
        else:
            Switch.objects.filter(name=Switch.PAUSE).delete()
            record(Kind.OPERATION, WentOn(), person=request.user.pk, request=request)
            messages.success(request, _("Publishing goes on."))
        return redirect(reverse("admin:index"))
