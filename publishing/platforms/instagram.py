"""Instagram, for professional accounts, through either login. Rules: Instagram Platform, Content Publishing."""

from __future__ import annotations

import re
from dataclasses import replace

from accounts.providers.meta import client as meta
from accounts.providers.meta.errors import BY_SUBCODE, ON_INSTAGRAM
from poster.errors import OutsideError, Refused, Trace
from poster.reasons import _
from publishing.platforms import (
    ANY,
    Account,
    Fold,
    Form,
    Grid,
    Label,
    Layout,
    Limits,
    Look,
    Shown,
    Sign,
    Spoilt,
    as_story,
)
from publishing.platforms.containers import Containers, Dialect
from publishing.reasons.sending import NotWorkedOn

PHOTO = Limits(
    text=2200,
    sweet_spot=300,
    hashtags=30,  # the old allowance: five count since December 2025, and what a sixth does is not known
    mentions=20,
    alt_text=1000,
    min_ratio=0.8,
    max_ratio=1.91,
    min_width=320,
    max_width=1440,
    max_height=1800,
    max_bytes=8 * 1024 * 1024,
    needs_address=True,
    settle=180,
)
FEED = Shown(
    fold=Fold(
        lines=3,
        columns=42,
        word=_("more"),
        source="Meta's advice is at most 125 characters (help.instagram.com/1643471055915254); the lines: not verified",
        on_the_web=125,
    ),
    pressed={Sign.HASHTAG: ANY, Sign.MENTION: ANY},  # an address is dead text
    numbers=False,
    grid=Grid(ratio=3 / 4, whole_from=1.0, source="since January 2025; not verified: pictuary, splitimage"),
    unknown=(
        _("Instagram says nowhere on which line it folds: the phone and the length of your name decide."),
        _("Only accounts that exist become a mention."),
        _("Whether a sixth hashtag counts is not known."),
    ),
)
_CODE = re.compile(r"error code (\d{1,10})")


class Instagram(Containers):
    """`account.login` "instagram" speaks to graph.instagram.com; any other login goes through a Facebook Page."""

    look = Look("instagram", Layout.GRID)
    options = ()
    limits = {
        Form.PHOTO: PHOTO,
        Form.ALBUM: replace(PHOTO, parts=10, one_shape=True),  # Content Publishing, "Carousel Posts"
        Form.STORY: as_story(PHOTO),
    }
    shown = {
        Form.PHOTO: FEED,
        Form.ALBUM: FEED,
        Form.STORY: Shown(fold=None, unknown=(_("The app's own buttons lie over the top and the bottom."),)),
    }
    labels = dict.fromkeys(limits, frozenset({Label.AI}))  # `made_with_ai`
    dialect = Dialect(
        name="Instagram",
        account="",
        making="media",
        showing="media_publish",
        listing="media",
        words="caption",
        status="status_code",
        detail="status",
        quota="content_publishing_limit",
        made_with_ai="is_ai_generated",  # with both logins, since 22 June 2026
        forms={Form.ALBUM: {"media_type": "CAROUSEL"}, Form.STORY: {"media_type": "STORIES"}},
    )
    no_effect = ON_INSTAGRAM

    def graph(self, account: Account) -> meta.Graph:
        if account.login == "instagram":
            return meta.instagram(account.token)
        return meta.facebook(account.token, account.app_secret, name="Instagram")

    def page(self, account_id: str, name: str) -> str:
        return f"https://www.instagram.com/{name}/" if name else ""

    def spoilt(self, detail: str) -> OutsideError:
        """`status` holds the subcode in its text: "... failed with error code 2207026"."""
        found = _CODE.search(detail)
        code = int(found[1]) if found else 0
        meaning = BY_SUBCODE.get(code)
        if meaning is not None and issubclass(meaning.kind, Refused):
            return meaning.error("Instagram", Trace(subcode=str(code)))
        return Spoilt(NotWorkedOn(service="Instagram", vendor_code=str(code or "")), trace=Trace(subcode=str(code)))
