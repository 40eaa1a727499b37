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
WORDS = {
    "ai_keys": "AI keys",
    "typed": "forms that wait for you",
    "ledger": "lines of the ledger",
    "limits": "limits that were met",
    "history": "lines of what you did in the dashboard",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row. `owner`: the ways from the row to its person; `without`: columns that are secret.

    `also`: a property that tells them what of a sealed column is theirs to read; "" for none.
    """

    name: str
    model: str
    owner: tuple[str, ...]
    sentence: str
    without: frozenset[str] = field(default_factory=frozenset)
    also: str = ""

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
        return model._base_manager.filter(ways).defer(*self.without).order_by("pk")


def _kind(name: str, model: str, owner: str, sentence: str, without: str = "", also: str = "") -> Kind:
    return Kind(name, model, tuple(owner.split()), sentence, frozenset(without.split()), also)


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
    _kind("typed", "poster.LaidBy", "person", "What you typed and nothing took yet; an hour at most.", also="words"),
    _kind("limits", "poster.Rest", "key__contains", "Limits of yours that were met; for days."),
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
    "poster.ClockSight": "About the install, not about a person.",
    "poster.Link": "Checksums of the ledger. They hold no content.",
    "poster.Erasure": "Numbers of what was erased. They hold no content.",
}
# What is kept where no table tells of it. A folder or a user of the cache that is not named here fails a test too.
NO_TABLE = {
    "the cache": "Marks and counters, under checksums, for a day or two. No words: see IN_THE_CACHE.",
    "spool": "Bytes of pictures; in the copy, and gone with their rows.",
    "exports": "Copies of a person's data, named by their id; they go with the person, and after EXPORT_DAYS.",
    "mail": "Mails that were written as files; those to the person go with them, all after MAIL_DAYS.",
    "logs": "Addresses and pages, for LOG_DAYS.",
    "backups": "Copies of the whole, for BACKUP_DAYS.",
    "receipts": "Answers of platforms until the database has them: minutes.",
    "run": "Locks, and what the parts of the install tell each other.",
}
IN_THE_CACHE = {
    "ending": "Which places were asked lately whether they accept us.",
    "mending": "Forgets that, when the clock was put back.",
    "refreshing": "Which logins were renewed lately.",
    "calling_back": "That a forged way back was told this hour.",
    "refusing": "That a refusal to this person was told lately.",
    "mailing_links": "How often a link was asked for: times, for a day.",
    "guessing": "How often a password was tried: times, for a day.",
    "joining": "How often an invitation was tried: times.",
    "requests": "How often a request was made from an address: times.",
}


def counts(person: User) -> Iterator[tuple[Kind, int]]:
    """How many rows there are of each kind."""
    for kind in KINDS:
        yield kind, kind.rows(person).count()
