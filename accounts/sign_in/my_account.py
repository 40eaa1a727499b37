"""The page "Settings": who I am, and how I come in."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from django_stubs_ext import StrOrPromise

from accounts.data_rights import news
from accounts.local_time import ZONES
from accounts.models import User
from accounts.sign_in.second_factors import must_have_one
from poster.dashboard.scoping import AnyForm
from poster.web import languages
from poster.web.post_only import post_only


def zones() -> list[tuple[str, str]]:
    """Time zones by name; first, that of the install."""
    own = ("", gettext("as this install (%(zone)s)") % {"zone": settings.TIME_ZONE})
    return [own, *((name, name.replace("_", " ")) for name in sorted(ZONES))]


SECTIONS: tuple[tuple[StrOrPromise, tuple[str, ...]], ...] = (
    ("", ("name", "language", "time_zone")),
    (
        _("Mails to you"),
        ("to_approve", "approve_by_link", "on_failure", "on_reconnect", "on_budget", "weekly_summary", "announcements"),
    ),
    (_("Labels"), ("always_ai", "always_adult")),
    (_("Pictures"), ("keep_small_copies",)),
    (_("Appearance"), ("theme",)),
    (_("Keyboard"), ("single_keys",)),
)


def tongues() -> list[tuple[str, StrOrPromise]]:
    """Languages by their own names; first, whichever the browser asks for."""
    mails = dict(settings.LANGUAGES)[settings.LANGUAGE_CODE]
    return [("", gettext("as my browser; mails: %(language)s") % {"language": mails}), *settings.LANGUAGES]


class ByLink(forms.NullBooleanSelect):
    """Django's, in words of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.choices = (
            ("unknown", _("as long as I have no second factor")),
            ("true", _("yes")),
            ("false", _("no")),
        )


class MeForm(AnyForm):
    """What a person may change about themselves on the spot."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=tongues,
        required=False,
        help_text=_("Of the dashboard and of mails to you, at once and on all your devices."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        required=False,
        help_text=_("All times in the dashboard are shown in this zone."),
    )

    class Meta:
        model = User
        fields = tuple(name for _title, names in SECTIONS for name in names)  # what is not drawn would be saved as off
        widgets = {"approve_by_link": ByLink()}
        help_texts = {
            "to_approve": _("When something from a source waits for your approval."),
            "approve_by_link": _(
                "Each post in the mail has a link that approves it alone, once, for 48 hours, without signing in."
            ),
            "on_failure": _("One for each cause, whatever number of posts it is."),
            "on_reconnect": _("When a login ends soon, or is not accepted any more."),
            "on_budget": _("When pictures wait, as your month's budget for captions or your room is used up."),
            "weekly_summary": _("What went out, what failed and what waits. When there is nothing to tell, no mail."),
            "announcements": _("News of this install from its operator, by mail. Each has a link that ends them."),
            "keep_small_copies": _(
                "Of at most 480 pixels, from now on: history shows it when neither the channel nor the source has the "
                "picture any more. It counts as held for you. Switched off, the copies of posts that are through go "
                "within a day."
            ),
            "theme": _("On all your devices. The button at the top of each page changes it too."),
            "single_keys": _("Press ? on any page for the map. Off: nothing happens when you press a key by accident."),
            "always_ai": _("All your posts say so, whatever stands in them."),
            "always_adult": _("All your posts. They do not go where nobody can be told."),
        }

    @property
    def sections(self) -> list[tuple[StrOrPromise, list[forms.BoundField]]]:
        """The fields as the page puts them together."""
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]


@require_http_methods(["GET", "POST"])
def my_account(request: HttpRequest) -> HttpResponse:
    """Show it, and save what they chose."""
    form = MeForm(request.POST or None, instance=_me(request), label_suffix="")
    if request.method == "POST" and form.is_valid():
        me = form.save()
        if "announcements" in form.changed_data:
            news.note(me, request=request)
        with languages.chosen(me.language):
            messages.success(request, gettext("Saved."))
        return languages.kept_by_browser(redirect("my_account"), me.language)
    return TemplateResponse(
        request, "account/my_account.html", {"title": gettext("Settings"), "form": form, **_facts(request)}
    )


@post_only("my_account")
def theme(request: HttpRequest) -> HttpResponse:
    """Keep what the toggle at the top of a page was pressed to; nothing else of them is written."""
    chosen = request.POST.get("theme")
    if chosen not in User.Theme.values:
        return HttpResponseBadRequest()
    User.objects.filter(pk=request.user.pk or "").update(theme=chosen)
    return HttpResponse(status=204)


def _me(request: HttpRequest) -> User:
    """From the database: a form must not change the person that the rest of the request knows."""
    return User.objects.get(pk=request.user.pk or "")


def _facts(request: HttpRequest) -> dict[str, Any]:
    me = _me(request)
    factors = list(Authenticator.objects.filter(user=me))
    return {
        "new_address": EmailAddress.objects.filter(user=me, verified=False).exclude(email__iexact=me.email).first(),
        "app": next((each for each in factors if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each for each in factors if each.type == Authenticator.Type.WEBAUTHN],
        "codes": next((each for each in factors if each.type == Authenticator.Type.RECOVERY_CODES), None),
        "codes_left": _codes_left(factors),
        "session_count": len(UserSession.objects.purge_and_list(me)),
        "google_accounts": SocialAccount.objects.filter(user=me),
        "must_have_one": must_have_one(me),
        "passkeys_possible": passkeys_possible(request),
        "zone_of_install": settings.TIME_ZONE,
        "now_there": timezone.now().astimezone(ZoneInfo(me.time_zone or settings.TIME_ZONE)),
    }


def _codes_left(factors: list[Authenticator]) -> int:
    """Counted without opening the seed."""
    codes = [each for each in factors if each.type == Authenticator.Type.RECOVERY_CODES]
    used = sum(bin(each.data.get("used_mask", 0)).count("1") for each in codes)
    return 10 * len(codes) - used


def passkeys_possible(request: HttpRequest) -> bool:
    """Browsers take passkeys only over https or on localhost, and only for a name: W3C Web Authentication, 5.1.2."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost"
    return False
