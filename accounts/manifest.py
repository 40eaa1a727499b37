"""What this app says about itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import Channel, Credential, Flow
from poster.manifests import (
    FIRST,
    INSTALL,
    MORE,
    Days,
    Manifest,
    MenuEntry,
    Owned,
    Personal,
    Removal,
    Retention,
    Round,
)

MANIFEST = Manifest(
    reasons="accounts.reasons",
    urls="accounts.urls",
    menu=(
        MenuEntry(
            _("Accounts"),
            "channels",
            "accounts.channel",
            group=FIRST,
            order=60,
            sections=(
                MenuEntry(_("Social accounts"), "channels", "accounts.channel"),
                MenuEntry(_("Drive accounts"), "drive", "accounts.credential", "?provider__exact=google"),
            ),
        ),
        MenuEntry(_("Settings"), "prompts", ":my_account", group=FIRST, order=70),
        MenuEntry(_("AI keys"), "spark", "accounts.aikey", group=MORE, order=70),
        MenuEntry(_("People"), "people", "accounts.user", group=INSTALL, order=10),
        MenuEntry(
            _("Invitations"),
            "plus",
            "accounts.invitation",
            group=INSTALL,
            order=20,
            sections=(
                MenuEntry(_("Invitations"), "plus", "accounts.invitation"),
                MenuEntry(_("Who asks"), "question", "accounts.signup"),
            ),
        ),
        MenuEntry(_("Announcements"), "inbox", "accounts.announcement", group=INSTALL, order=50),
        MenuEntry(_("Data requests"), "question", "accounts.request", group=INSTALL, order=30),
        MenuEntry(_("Provider apps"), "apps", "accounts.providerapp", group=INSTALL, order=40),
    ),
    rounds=(Round("accounts.tasks.round", _("Accounts: logins and notices")),),
    owned=(
        Owned(Credential),
        Owned(Channel, ties=("credential",)),
        Owned(Flow, ties=("credential",), stays=False),
    ),
    sealed=("accounts.sealed_factors.places",),
    tones={
        Credential.State.ACTIVE: ("good", "check"),
        Credential.State.BLOCKED: ("bad", "plug"),
        "off": ("quiet", "pause"),
    },
    personal=(
        Personal("account", "accounts.User", ("pk",), "Your account.", frozenset({"password"})),
        Personal("addresses", "account.EmailAddress", ("user",), "Your e-mail addresses."),
        Personal(
            "outside_sign_ins",
            "socialaccount.SocialAccount",
            ("user",),
            "Accounts elsewhere that you sign in with.",
        ),
        Personal(
            "second_factors",
            "mfa.Authenticator",
            ("user",),
            "Your second factors; not what is secret in them.",
            frozenset({"data"}),
        ),
        Personal(
            "sessions",
            "usersessions.UserSession",
            ("user",),
            "Where you are signed in.",
            frozenset({"session_key", "data"}),
        ),
        Personal(
            "agreements",
            "accounts.Acceptance",
            ("owner",),
            "What you agreed to: which version, when, from where.",
        ),
        Personal(
            "invitations",
            "accounts.Invitation",
            ("email__iexact",),
            "The invitation that you got.",
            frozenset({"digest"}),
        ),
        Personal(
            "sign_ups", "accounts.SignUp", ("email__iexact",), "That you asked for an account, and what you wrote."
        ),
        Personal("announcements", "accounts.Announcement", ("written_by",), "Announcements that you wrote."),
        Personal(
            "requests",
            "accounts.Request",
            ("owner", "email__iexact"),
            "What you asked about your data, and the answers.",
        ),
        Personal(
            "mails",
            "accounts.Notice",
            ("owner",),
            "Notices that were mailed to you once, or wait for the mail server.",
        ),
        Personal("logins", "accounts.Credential", ("owner",), "Logins that you gave us; without their tokens."),
        Personal("revocations", "accounts.Revocation", ("owner",), "Permissions to be given back, not their tokens."),
        Personal("channels", "accounts.Channel", ("owner",), "The places that they open; without their tokens."),
        Personal(
            "ai_keys",
            "accounts.AiKey",
            ("owner",),
            "That you keep a key for an AI service here; not the key.",
            many="AI keys",
        ),
    ),
    impersonal={
        "account.EmailConfirmation": "The secret half of a link that was mailed, good for days.",
        "socialaccount.SocialToken": "A secret, and never kept: SOCIALACCOUNT_STORE_TOKENS is off.",
        "accounts.Flow": "A log-in that is under way, gone within the hour; it holds nothing but secrets.",
        "accounts.ProviderApp": "The operator's own apps: about the install, not about a person.",
    },
    in_the_cache={
        "expiry": "Which places were asked lately whether they accept us.",
        "clock_repair": "Forgets that, when the clock was put back.",
        "token_refresh": "Which logins were renewed lately.",
        "meta_callbacks": "That a forged way back was told this hour.",
        "link_limits": "How often a link was asked for: times, for a day.",
        "password_limits": "How often a password was tried: times, for a day.",
        "join": "How often an invitation was tried: times.",
        "ending_mails": "How often a link that ends mails was opened from an address: times.",
        "not_me": "How often a link against strangers was opened from an address: times.",
        "sign_ups": "How often an account was asked for, from an address and for an address: times, for a day.",
        "sign_up_page": "Answers whoever asked too often.",
        "requests": "How often a request was made from an address: times.",
    },
    removals=(
        Removal("accounts.Channel"),
        Removal("accounts.Credential"),
        Removal("accounts.SignUp", rows="accounts.retention.sign_ups_of"),
        Removal("accounts.Announcement", rows="accounts.retention.announcements_of"),
    ),
    retention=(
        Retention(
            "sessions",
            ngettext_lazy("%d session", "%d sessions"),
            "Where you are signed in",
            "accounts.retention.sessions",
            kept_by="accounts.retention.sessions_kept",
        ),
        Retention(
            "invitations",
            ngettext_lazy("%d invitation", "%d invitations"),
            "Invitations that were used, or ran out",
            "accounts.retention.invitations",
            "30 days after",
        ),
        Retention(
            "sign_ups",
            ngettext_lazy("%d wish for an account", "%d wishes for an account"),
            "That somebody asked for an account",
            "accounts.retention.sign_ups",
            "until it is answered, 30 days at most",
        ),
        Retention(
            "notices",
            ngettext_lazy("%d notice", "%d notices"),
            "That a mail was sent to you, so that it is not sent twice; its words go when it is out",
            "accounts.retention.notices",
            "90 days; about what still lasts, as long as it lasts",
        ),
        Retention(
            "flows",
            ngettext_lazy("%d unfinished connection", "%d unfinished connections"),
            "A log-in at a provider that was begun",
            "accounts.retention.flows",
            "an hour",
        ),
        Retention(
            "requests",
            ngettext_lazy("%d request", "%d requests"),
            "What was asked about data, once it is answered: words, e-mail and answer. A code and the times stay",
            "accounts.retention.requests",
            Days("SECURITY_LOG_DAYS"),
        ),
    ),
    answers={
        "poster.clock_put": "accounts.connections.clock_repair.after_clock_put",
        "poster.icons": "accounts.providers.icons",
    },
)
