"""Films that belong to a picture (live photos): neither posted nor complained about, whichever comes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db.models import F, Q

from watches.companions import FILMS, is_companion, is_film, looks_like_picture, stem
from watches.models import FoundFile, Watch
from watches.reasons.files import FilmOfAPicture
from watches.sources import Found

AT_ONCE = 200
Waiting = dict[tuple[str, str], list[UUID]]
Films = Callable[[Watch], Waiting]


def without_companions(watch: Watch, files: Iterable[Found]) -> list[Found]:
    """The files that are for us to look at."""
    own = [file for file in files if not is_companion(file.name)]
    films = [file for file in own if is_film(file.name)]
    if not films:
        return own
    pictures = {_key(file.folder, file.name) for file in own if looks_like_picture(file.name, file.mime)}
    if alone := [film for film in films if _key(film.folder, film.name) not in pictures]:
        pictures |= _known_pictures(watch, alone)
    return [file for file in own if not is_film(file.name) or _key(file.folder, file.name) not in pictures]


def waiting_films(watch: Watch) -> Waiting:
    """Those of our own whose picture has not come, by what they share with it."""
    ends = Q()
    for end in FILMS:
        ends |= Q(name__iendswith=end)
    films: Waiting = defaultdict(list)
    rows = watch.files.filter(ends, state__in=FoundFile.State.without_bytes())
    for pk, folder, name in rows.values_list("pk", "folder", "name"):
        films[_key(folder, name)].append(pk)
    return films


def put_films_aside(watch: Watch, fresh: Iterable[Found], films: Films) -> None:
    """A picture came after its film. `films`: asked once for each watch, however many pieces a look has."""
    pictures = {_key(file.folder, file.name) for file in fresh if looks_like_picture(file.name, file.mime)}
    if not pictures:
        return
    theirs = [pk for key in films(watch).keys() & pictures for pk in films(watch)[key]]
    for start in range(0, len(theirs), AT_ONCE):
        rows = FoundFile.objects.filter(pk__in=theirs[start : start + AT_ONCE])
        rows.filter(state__in=FoundFile.State.without_bytes()).update(
            state=FoundFile.State.ASIDE,
            fence=F("fence") + 1,
            leased_until=None,
            **FoundFile.reason.columns(FilmOfAPicture()),
        )


def _known_pictures(watch: Watch, films: list[Found]) -> set[tuple[str, str]]:
    """Those of our own that share the name of one of these. Of many, all of our own are read, and once."""
    rows = watch.files.all()
    if len(films) <= AT_ONCE:
        names = Q()
        for film in films:
            names |= Q(folder=film.folder, name__istartswith=f"{stem(film.name)}.")
        rows = rows.filter(names)
    known = rows.values_list("folder", "name").iterator()
    return {_key(folder, name) for folder, name in known if looks_like_picture(name)}


def _key(folder: str, name: str) -> tuple[str, str]:
    return folder, stem(name)
