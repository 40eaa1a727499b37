"""Announcements, for the operator: written, looked at, and sent once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.data_rights import news
from accounts.models import Announcement
from accounts.notices import in_one_line
from poster.dashboard import display
from poster.dashboard.scoping import OperatorAdmin, OwnedForm
from poster.dashboard.verbs import verb
from poster.permissions import in_dashboard


class AnnouncementForm(OwnedForm):
    """Its subject is that of a mail."""

    def clean_subject(self) -> str:
        """One line, however it was pasted."""
        return in_one_line(self.cleaned_data["subject"])


@admin.register(Announcement)
class AnnouncementAdmin(OperatorAdmin):
    """A draft can be changed until it is sent; what was sent stays to be read."""

    one, many = _("announcement"), _("announcements")
    lead = _("News of this install, mailed to those who ticked at Settings that they want them. To nobody else.")
    empty = (_("Nothing announced yet"), _("Write one, look at it again, and send it."))
    may_add = may_change = may_delete = True
    list_display = ("what", "standing", "sent")
    list_display_links = ("what",)
    search_fields = ("subject",)
    search_help_text = _("Search announcements")
    form = AnnouncementForm
    fields = ("subject", "words")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What is sent is sent."""
        draft = not isinstance(obj, Announcement) or obj.sent_at is None
        return draft and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Announcement, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001 - Django's signature
        if not change:
            obj.written_by_id = in_dashboard(request).person_id
        super().save_model(request, obj, form, change)

    @verb(
        _("Send"),
        icon="out",
        look="primary",
        when=lambda announcement: announcement.sent_at is None,
        ask=_("It is mailed to everybody who ticked announcements, and cannot be taken back."),
        fresh=True,
    )
    def send(self, request: HttpRequest, announcement: Announcement) -> str:
        """To everybody who wants announcements."""
        number = news.send(announcement, by=in_dashboard(request))
        return ngettext("It goes to %d person.", "It goes to %d people.", number) % number

    @admin.display(description=_("subject"), ordering="subject")
    def what(self, announcement: Announcement) -> SafeString:
        return display.two_lines(announcement.subject, announcement.words[:120])

    @admin.display(description=_("state"))
    def standing(self, announcement: Announcement) -> SafeString:
        return (
            display.badge("published", gettext("sent"))
            if announcement.sent_at
            else display.badge("draft", gettext("draft"))
        )

    @admin.display(description=_("sent"), ordering="sent_at")
    def sent(self, announcement: Announcement) -> str:
        return display.moment(announcement.sent_at)
