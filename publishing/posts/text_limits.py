"""What a captioner must know of the platforms its words go to."""

from __future__ import annotations

from dataclasses import dataclass

from publishing.platforms import PLATFORMS, Form, Limits, Platform, Shown


def limits_of(platform: str, form: Form = Form.PHOTO) -> Limits:
    """The row of this form in the platform's one table. Of a form that it does not take, that of its first one."""
    limits = PLATFORMS[platform].limits
    return limits.get(form) or next(iter(limits.values()))


def shown_of(platform: str, form: Form = Form.PHOTO) -> Shown:
    """How followers see this form. Of a form that it does not take, that of its first one."""
    shown = PLATFORMS[platform].shown
    return shown.get(form) or next(iter(shown.values()))


def unseen(platform: type[Platform]) -> set[Form]:
    """Forms that it takes and does not say of how followers see them."""
    return set(platform.limits) - set(getattr(platform, "shown", ()))


def takes(platform: str, form: Form) -> bool:
    """Whether there are such posts there."""
    return form in PLATFORMS[platform].limits


@dataclass(frozen=True, slots=True)
class Room:
    """The narrowest of several platforms' limits. Lengths in characters."""

    hard_limit: int
    sweet_spot: int
    hashtags: int


# Bytes in UTF-8 that a letter takes on average, spaces and an emoji now and then included, where it is not LATIN.
LATIN, WIDE, WIDEST = 1.15, 1.9, 2.9
LETTERS = dict.fromkeys(("ru", "uk", "bg", "sr", "mk", "be", "kk", "el", "he", "ar", "fa", "ur", "hy"), WIDE)
LETTERS |= dict.fromkeys(("zh", "ja", "ko", "th", "hi", "mr", "bn", "ta", "te", "ka", "km", "lo", "my"), WIDEST)


def room_for_words(platforms: list[str], language: str = "") -> Room:
    """The narrowest limits of these platforms for words in `language` (BCP 47); of all when none is chosen yet."""
    tables = [limits_of(name) for name in platforms or list(PLATFORMS) if name in PLATFORMS]
    return Room(
        hard_limit=min(_letters(table, language) for table in tables),
        sweet_spot=min(table.sweet_spot for table in tables),
        # The captioner writes once for all of them: where only one counts, the others are plain text.
        hashtags=max(table.useful_hashtags for table in tables),
    )


def _letters(table: Limits, language: str) -> int:
    """How many letters of this language go into the text."""
    if table.count != "utf8":
        return table.text
    return int(table.text / LETTERS.get(language.partition("-")[0].casefold(), LATIN))
