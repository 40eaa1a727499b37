"""What Meta remembers. Times are Unix seconds; ids are strings of digits, as long as the real ones."""

from __future__ import annotations

from dataclasses import dataclass, field

DAY = 86_400.0
FACEBOOK_SCOPES = (
    "public_profile",
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_posts",
    "pages_manage_engagement",
    "pages_read_user_content",
    "pages_manage_metadata",
    "read_insights",
    "business_management",
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_comments",
    "instagram_manage_insights",
)
INSTAGRAM_SCOPES = (
    "instagram_business_basic",
    "instagram_business_content_publish",
    "instagram_business_manage_comments",
    "instagram_business_manage_messages",
    "instagram_business_manage_insights",
)
THREADS_SCOPES = (
    "threads_basic",
    "threads_content_publish",
    "threads_read_replies",
    "threads_manage_replies",
    "threads_manage_insights",
    "threads_delete",
)
SCOPES = {"facebook": FACEBOOK_SCOPES, "instagram": INSTAGRAM_SCOPES, "threads": THREADS_SCOPES}
TASKS = ("ANALYZE", "ADVERTISE", "MESSAGING", "MODERATE", "CREATE_CONTENT", "MANAGE")
# What somebody with full control has on a Page of the new Pages experience (codegen v25: Page, `tasks`).
NEW_TASKS = (
    "PROFILE_PLUS_FULL_CONTROL",
    "PROFILE_PLUS_MANAGE",
    "PROFILE_PLUS_CREATE_CONTENT",
    "PROFILE_PLUS_MODERATE",
    "PROFILE_PLUS_MESSAGING",
    "PROFILE_PLUS_ADVERTISE",
    "PROFILE_PLUS_ANALYZE",
)
POSTING_TASKS = frozenset(
    {"CREATE_CONTENT", "MANAGE"} | {f"PROFILE_PLUS_{task}" for task in ("CREATE_CONTENT", "MANAGE", "FULL_CONTROL")}
)


@dataclass(slots=True)
class App:
    """A client registered at Meta. An empty secret is not known yet: the first one used is kept."""

    id: str
    name: str
    secret: str = ""
    redirect_uris: list[str] = field(default_factory=list)
    require_proof: bool = False


@dataclass(slots=True)
class Person:
    """Somebody with a Facebook account."""

    id: str
    name: str
    practice: bool = False


@dataclass(slots=True)
class Page:
    """A Facebook Page and what its person may do there.

    `tasks_told`: whether lists say so; `two_factor`: whether the business that owns it demands two-factor
    authentication of a person who has none, and so gives them no token and answers nothing.
    """

    id: str
    name: str
    person_id: str
    username: str
    category: str = "Bakery"
    tasks: list[str] = field(default_factory=lambda: list(TASKS))
    instagram_id: str = ""
    tasks_told: bool = True
    two_factor: bool = False

    @property
    def may_post(self) -> bool:
        """Whether one of its person's tasks is enough to post."""
        return not POSTING_TASKS.isdisjoint(self.tasks)


@dataclass(slots=True)
class Instagram:
    """A professional account. `scoped_id` is what `id` means to Instagram Login; `id` is `user_id` there."""

    id: str
    username: str
    name: str
    person_id: str
    scoped_id: str


@dataclass(slots=True)
class Threads:
    """A Threads profile."""

    id: str
    username: str
    name: str
    person_id: str


@dataclass(slots=True)
class Grant:
    """What a person allowed an app. Its id is `app:product:account`. `active_at`: when they last said yes."""

    id: str
    app_id: str
    product: str
    account_id: str
    scopes: list[str]
    declined: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    active_at: float = 0.0


@dataclass(slots=True)
class Token:
    """An access token. kind: USER, PAGE, IG or TH; expires_at 0: never; revoked: the subcode that says why.

    account_id is whom it speaks for: the person, the Page, the Instagram account or the Threads profile.
    """

    id: str
    kind: str
    app_id: str
    grant_id: str
    account_id: str
    scopes: list[str]
    issued_at: float
    expires_at: float
    long: bool = False
    revoked: int = 0


@dataclass(slots=True)
class Code:
    """An authorization code: single use, short life."""

    id: str
    app_id: str
    product: str
    grant_id: str
    redirect_uri: str
    made_at: float
    used: bool = False


@dataclass(slots=True)
class Photo:
    """A photo of a Page; `post_id` once a post shows it."""

    id: str
    page_id: str
    sha256: str
    width: int
    height: int
    made_at: float
    caption: str = ""
    alt_text: str = ""
    temporary: bool = False
    post_id: str = ""
    says_ai: bool = False


@dataclass(slots=True)
class Post:
    """A Page post. Not published, it may be a draft or be scheduled for a later second."""

    id: str
    page_id: str
    app_id: str
    message: str
    link: str
    photos: list[str]
    made_at: float
    published_at: float = 0.0
    scheduled_at: float = 0.0

    def shown_at(self, now: float) -> float:
        """Since when everybody can see it; 0 while nobody can."""
        if self.published_at:
            return self.published_at
        return self.scheduled_at if 0 < self.scheduled_at <= now else 0.0


@dataclass(slots=True)
class Story:
    """A photo of a Page that was shown as a story, for a day."""

    id: str
    page_id: str
    photo_id: str
    made_at: float


@dataclass(slots=True)
class Container:
    """Media on its way in, for Instagram and Threads. `fate` is STUCK or the error code it will end with.

    `url`: where they fetch it. They come more than once, until it is published.
    """

    id: str
    platform: str
    account_id: str
    media_type: str
    text: str
    alt_text: str
    sha256: str
    children: list[str]
    made_at: float
    ready_at: float
    child: bool = False
    fate: str = ""
    media_id: str = ""
    url: str = ""
    processed: bool = False
    ai_generated: bool = False
    story: bool = False
    options: dict[str, str] = field(default_factory=dict)

    def status(self, now: float) -> str:
        """IN_PROGRESS, FINISHED, ERROR, EXPIRED or PUBLISHED."""
        if self.media_id:
            return "PUBLISHED"
        if now >= self.made_at + DAY:
            return "EXPIRED"
        if now < self.ready_at or self.fate == "STUCK":
            return "IN_PROGRESS"
        return "ERROR" if self.fate else "FINISHED"


@dataclass(slots=True)
class Media:
    """A published post of Instagram or Threads, or a child of a carousel (`parent_id`)."""

    id: str
    platform: str
    account_id: str
    container_id: str
    media_type: str
    text: str
    alt_text: str
    sha256: str
    shortcode: str
    made_at: float
    children: list[str] = field(default_factory=list)
    parent_id: str = ""
    ai_generated: bool = False
    story: bool = False
    options: dict[str, str] = field(default_factory=dict)  # of Threads: what was chosen for it


@dataclass(slots=True)
class Usage:
    """How often an app or an account called in this hour."""

    id: str
    hour: int = 0
    calls: int = 0
