"""What this install holds about one person: every kind of row, in words, and how it is found.

A model that is not named here, neither in `KINDS` nor in `LEFT_OUT`, fails a test: nothing about a person is forgotten
when he takes his data with him.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from accounts.models import User

# Where the name of the file in the copy is not what people say.
WORDS = {"ai_keys": "AI keys", "ledger": "lines of the ledger", "history": "lines of what you did in the dashboard"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row. `owner`: the ways from the row to its person; `without`: columns that are secret."""

    name: str
    model: str
    owner: tuple[str, ...]
    sentence: str
    without: frozenset[str] = field(default_factory=frozenset)

    @property
    def words(self) -> str:
        """What people call many of them."""
        return WORDS.get(self.name) or self.name.replace("_", " ")

    def rows(self, person: User) -> QuerySet[Model]:
        """Those of this person, in the order in which they were made."""
        values = {"email": person.email, "person": person.pk, "email__iexact": person.email}
        ways = Q()
        for way in self.owner:
            ways |= Q(**{way: values.get(way, person.pk)})
        model: type[Model] = apps.get_model(self.model)
        return model._base_manager.filter(ways).order_by("pk")


def _kind(name: str, model: str, owner: str, sentence: str, without: str = "") -> Kind:
    return Kind(name, model, tuple(owner.split()), sentence, frozenset(without.split()))


KINDS = (
    _kind("account", "accounts.User", "pk", "Your account.", "password"),
    _kind("addresses", "account.EmailAddress", "user", "Your e-mail addresses."),
    _kind("outside_sign_ins", "socialaccount.SocialAccount", "user", "Accounts elsewhere that you sign in with."),
    _kind("second_factors", "mfa.Authenticator", "user", "Your second factors; not what is secret in them.", "data"),
    _kind("sessions", "usersessions.UserSession", "user", "Where you are signed in.", "session_key data"),
    _kind("agreements", "accounts.Acceptance", "owner", "What you agreed to: which version, when, from where."),
    _kind("invitations", "accounts.Invitation", "email__iexact", "The invitation that you got.", "digest"),
    _kind("requests", "accounts.Request", "owner email__iexact", "What you asked about your data, and the answers."),
    _kind("mails", "accounts.Notice", "owner", "Notices that were mailed to you once, or wait for the mail server."),
    _kind("security_events", "poster.Event", "person", "The security log about you: time, address, browser."),
    _kind("history", "admin.LogEntry", "user", "What you did in the dashboard."),
    _kind("logins", "accounts.Credential", "owner", "Logins that you gave us; without their tokens."),
    _kind("revocations", "accounts.Revocation", "owner", "Permissions to be given back, not their tokens."),
    _kind("channels", "accounts.Channel", "owner", "The places that they open; without their tokens."),
    _kind("ai_keys", "accounts.AiKey", "owner", "That you keep a key for an AI service here; not the key."),
    _kind("templates", "watches.PromptTemplate", "owner", "Your prompt templates."),
    _kind("streams", "watches.Stream", "owner", "The accounts and folders that your watches look into.", "cursor"),
    _kind("watches", "watches.Watch", "owner", "Your standing orders."),
    _kind("pictures", "watches.Asset", "owner", "Pictures that were seen: name, size, source."),
    _kind("captions", "watches.Caption", "asset__owner", "Words that were written, with the prompt as it was sent."),
    _kind(
        "caption_calls",
        "watches.CaptionCall",
        "owner",
        "Each call of an AI service: tokens, cost, seconds, its answer.",
    ),
    _kind("posts", "publishing.Post", "owner", "Your posts."),
    _kind("post_pictures", "publishing.PostAsset", "post__owner", "Which picture is in which post, and its alt text."),
    _kind("deliveries", "publishing.Delivery", "owner", "Each post on its way to each channel."),
    _kind("restores", "publishing.Reconciled", "channel__owner", "What a channel showed when a backup was put back."),
    _kind("ledger", "publishing.Step", "delivery__owner", "Every step of it: what we asked, and what they said."),
)
LEFT_OUT = {
    "account.EmailConfirmation": "The secret half of a link that was mailed, good for days.",
    "socialaccount.SocialToken": "A secret, and never kept: SOCIALACCOUNT_STORE_TOKENS is off.",
    "accounts.Flow": "A log-in that is under way, gone within the hour; it holds nothing but secrets.",
    "accounts.ProviderApp": "The operator's own apps: about the install, not about a person.",
    "poster.Switch": "About the install, not about a person.",
    "poster.Install": "About the install, not about a person.",
    "poster.Restore": "About the install, not about a person.",
    "poster.Rest": "What is not asked for a while: an account by a checksum, or a limit that was met. Gone in days.",
    "poster.ClockSight": "About the install, not about a person.",
    "poster.Link": "Checksums of the ledger. They hold no content.",
    "poster.Erasure": "Numbers of what was erased. They hold no content.",
}


def counts(person: User) -> Iterator[tuple[Kind, int]]:
    """How many rows there are of each kind."""
    for kind in KINDS:
        yield kind, kind.rows(person).count()
