"""Films that belong to a picture (live photos): neither posted nor complained about, whichever comes first."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q

from watches.companions import FILMS, is_companion, is_film, looks_like_picture, stem
from watches.models import Asset, Watch
from watches.sources import Found

AT_ONCE = 200
BELONGS = "It is the film of a picture with the same name, which is here."


def without_companions(watch: Watch, files: Iterable[Found]) -> list[Found]:
    """The files that are for us to look at."""
    own = [file for file in files if not is_companion(file.name)]
    films = [file for file in own if is_film(file.name)]
    if not films:
        return own
    pictures = {_key(file.folder, file.name) for file in own if looks_like_picture(file.name, file.mime)}
    pictures |= _known_pictures(watch, films)
    return [file for file in own if not is_film(file.name) or _key(file.folder, file.name) not in pictures]


def put_films_aside(watch: Watch, fresh: Iterable[Found]) -> None:
    """A picture came after its film."""
    pictures = {_key(file.folder, file.name) for file in fresh if looks_like_picture(file.name, file.mime)}
    if not pictures:
        return
    ends = Q()
    for end in FILMS:
        ends |= Q(name__iendswith=end)
    films = watch.assets.filter(ends, state__in=[Asset.State.FOUND, Asset.State.SKIPPED])
    theirs = [row.pk for row in films.only("folder", "name") if _key(row.folder, row.name) in pictures]
    for start in range(0, len(theirs), AT_ONCE):
        rows = Asset.objects.filter(pk__in=theirs[start : start + AT_ONCE])
        rows.filter(state__in=[Asset.State.FOUND, Asset.State.SKIPPED]).update(
            state=Asset.State.ASIDE, reason=BELONGS, fence=F("fence") + 1, leased_until=None
        )


def _known_pictures(watch: Watch, films: list[Found]) -> set[tuple[str, str]]:
    """Those of our own that share the name of one of these."""
    found: set[tuple[str, str]] = set()
    for start in range(0, len(films), AT_ONCE):
        names = Q()
        for film in films[start : start + AT_ONCE]:
            names |= Q(folder=film.folder, name__istartswith=f"{stem(film.name)}.")
        rows = watch.assets.filter(names).values_list("folder", "name")
        found |= {_key(folder, name) for folder, name in rows if looks_like_picture(name)}
    return found


def _key(folder: str, name: str) -> tuple[str, str]:
    return folder, stem(name)
