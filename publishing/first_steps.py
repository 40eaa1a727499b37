"""What leads from an empty install to the first real post, for the operator and for a member: told from the data alone.

A step is done when what it asks for is there. The list is gone when all are done; put away, for as long as one is
signed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, Credential, ProviderApp, User
from accounts.providers import PROVIDERS, for_posting, for_sources
from outbox.models import Outgoing
from watches.models import Watch

MANY = 100  # channels
AWAY = "first_steps_away"  # in the session
NOBODYS = (".invalid", ".localhost", "@localhost", ".example", "@example.org", "@example.com", "@example.net")


class Code(StrEnum):
    """Which step it is."""

    ADDRESS = "address"
    PUBLIC = "public"
    APP = "app"
    LEAVE = "leave"
    DRIVE = "drive"
    SOCIAL = "social"
    SOURCE = "source"
    APPROVE = "approve"
    OUT = "out"


# Leaving practice comes before connecting: what was connected in practice is for practice.
OF_OPERATOR = (Code.ADDRESS, Code.PUBLIC, Code.APP, Code.LEAVE, Code.SOCIAL, Code.SOURCE, Code.OUT)
OF_MEMBER = (Code.DRIVE, Code.SOCIAL, Code.SOURCE, Code.APPROVE)

TITLES = {
    Code.ADDRESS: (_("Enter your own e-mail address"), _("Change it")),
    Code.PUBLIC: (_("Give this install its public address"), _("How to")),
    Code.APP: (_("Enter the app of a provider"), _("Enter it")),
    Code.LEAVE: (_("Leave practice"), _("How to")),
    Code.DRIVE: (_("Connect a Drive account"), _("Connect")),
    Code.SOCIAL: (_("Connect a social account"), _("Connect")),
    Code.SOURCE: (_("Add a source"), _("Add a source")),
    Code.APPROVE: (_("Approve your first post"), _("See what waits")),
    Code.OUT: (_("Publish the first real post"), _("New post")),
}
SENTENCES = {
    Code.ADDRESS: _("It is where you are told when something needs you, and how you get back in."),
    Code.PUBLIC: _("Set PUBLIC_URL: platforms fetch pictures from it, and logins come back to it."),
    Code.APP: _("Your own app there is what people connect their accounts through: %(logins)s."),
    Code.LEAVE: _("Practice ends with the next start once an app is entered: stop ai-poster, and start it again."),
    Code.DRIVE: _("Its folders are opened read-only. Pictures that you drop there become posts."),
    Code.SOCIAL: _("%(logins)s: the pages and profiles that your login opens are where your posts go."),
    Code.SOURCE: _("Say which folder to look into, who writes the words, and where they go."),
    Code.APPROVE: _("Drop a picture into the folder of your source. Seconds later it waits here with its words."),
    Code.OUT: _("Drop a picture into the folder of your source, or write a post, and approve it."),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is there by now. Of accounts, only those that count in the present world, practice or real."""

    operator: bool
    own_address: bool
    public: bool
    app: bool
    practice: bool
    drive: bool
    social: bool
    source: bool
    approved: bool
    out: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One line. `now`: the first that is not done."""

    code: Code
    done: bool
    now: bool

    @property
    def title(self) -> str:
        return str(TITLES[self.code][0])

    @property
    def act(self) -> str:
        """What its button says."""
        return str(TITLES[self.code][1])

    @property
    def sentence(self) -> str:
        """Why, for people."""
        logins = ", ".join(PROVIDERS.label(name) for name in for_posting())
        return str(SENTENCES[self.code]) % {"logins": logins}

    @property
    def url(self) -> str:
        """Where it is done."""
        return _url(self.code)


def steps(facts: Facts) -> list[Step]:
    """All of them in their order; none when nothing is left to do."""
    done = {
        Code.ADDRESS: facts.own_address,
        Code.PUBLIC: facts.public or facts.out,  # not every platform fetches pictures
        Code.APP: facts.app or facts.social,  # a login may come from elsewhere, as tokens
        Code.LEAVE: not facts.practice,
        Code.DRIVE: facts.drive,
        Code.SOCIAL: facts.social,
        Code.SOURCE: facts.source,
        Code.APPROVE: facts.approved,
        Code.OUT: facts.out,
    }
    wanted = OF_OPERATOR if facts.operator else OF_MEMBER
    first = next((code for code in wanted if not done[code]), None)
    return [Step(code, done[code], code is first) for code in wanted] if first else []


def of(request: HttpRequest, person: User) -> list[Step]:
    """Those of this person; none when they were put away."""
    return [] if request.session.get(AWAY) else steps(facts_of(person))


def put_away(request: HttpRequest) -> None:
    """For as long as this person stays signed in here."""
    request.session[AWAY] = True


def facts_of(person: User) -> Facts:
    """In few questions, whatever there is. For the operator only what is real counts: practice is what they leave."""
    operator = person.is_superuser
    practice = settings.PRACTICE and not operator
    channels = _channels(person, practice=practice)
    sources = for_sources()
    logins = Credential.objects.filter(owner=person, provider__in=sources, practice=practice)
    sent = Outgoing.objects.filter(owner=person, channel__in=channels)
    return Facts(
        operator=operator,
        own_address=not person.email.endswith(NOBODYS),
        public=operator and _has_address(),
        app=operator and _has_app(),
        practice=settings.PRACTICE,
        drive=not operator and logins.exists(),
        social=bool(channels),
        source=bool(channels) and Watch.objects.filter(owner=person, channels__in=channels).exists(),
        approved=bool(channels) and not operator and sent.exists(),
        out=bool(channels) and operator and sent.filter(state=Outgoing.State.PUBLISHED).exists(),
    )


def _channels(person: User, *, practice: bool) -> list[UUID]:
    rows = Channel.objects.filter(owner=person, credential__practice=practice)
    return list(rows.order_by().values_list("pk", flat=True)[:MANY])


def _has_address() -> bool:
    """One of its own: in practice, this machine's is enough for everything, and does not count."""
    return bool(settings.BUCKET_URL) or urlsplit(settings.PUBLIC_URL).scheme == "https"


def _has_app() -> bool:
    """Of a provider whose logins open places to post to; the sandbox's own do not count."""
    names = for_posting()
    if any(settings.PROVIDER_APPS.get(name, ("", ""))[0] for name in names):
        return True
    return ProviderApp.objects.filter(provider__in=names).exists()


def _url(code: Code) -> str:
    match code:
        case Code.ADDRESS:
            return reverse("account_email")
        case Code.PUBLIC | Code.LEAVE | Code.APP:
            return reverse("admin:accounts_providerapp_changelist")
        case Code.DRIVE | Code.SOCIAL:
            return reverse("connect_start")
        case Code.SOURCE:
            return reverse("admin:watches_watch_add")
        case Code.APPROVE:
            return reverse("admin:publishing_post_changelist")
    return reverse("admin:publishing_post_add")
