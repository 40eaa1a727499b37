"""What is made of an asset: as it goes out, as a model sees it, for our own pages. Each once, for whoever asks for it.

All that one call asks for and is not there is decoded once, in one child. The same asset and recipe give one file for
all channels and deliveries; of two workers that meet, the first one's stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from media import blobs, images
from media.images import RENDERER, Recipe, Rendition
from media.models import Asset, Blob
from media.origins import original

# What a blob's `facts` tell of a picture that was made: these of a Rendition.
FACTS = ("width", "height", "changed", "ai_mark", "impression", "fingerprint")


def digest(recipe: Recipe, ai_mark: str) -> str:
    """Names what comes out: the recipe, the mark that its file carries on, and our renderer. 64 hex digits."""
    told = {"recipe": recipe.told, "ai_mark": ai_mark, "renderer": RENDERER}
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def made(
    asset: Asset, recipes: Sequence[Recipe], purpose: str = Blob.Purpose.RENDITION, *, of: Blob | None = None
) -> list[Blob]:
    """The asset made to each of these recipes; what is not there is made now. `of`: of this copy, not of the original.

    Raises BadPicture, Unavailable, or what `media.origins.original` raises.
    """
    wanted = {digest(recipe, asset.ai_mark): recipe for recipe in recipes}
    rows = Blob.objects.filter(owner=asset.owner_id, asset=asset, purpose=purpose, recipe__in=wanted)
    known = {blob.recipe: blob for blob in rows}
    there = {name: blob for name, blob in known.items() if blobs.is_there(blob)}
    missing = {name: recipe for name, recipe in wanted.items() if name not in there}
    if missing:
        source = blobs.storage(of.place).local(of.key) if of else original(asset)
        with source as path:
            there |= {blob.recipe: blob for blob in _kept(_make(path, asset, missing, purpose), known)}
    return [there[digest(recipe, asset.ai_mark)] for recipe in recipes]


def _kept(laid: Sequence[Blob], known: Mapping[str, Blob]) -> list[Blob]:
    """`known`: rows whose files are not there any more."""
    again = [blobs.keep(blob, known[blob.recipe]) for blob in laid if blob.recipe in known]
    return again + blobs.keep_all([blob for blob in laid if blob.recipe not in known])


def _make(path: Path, asset: Asset, wanted: dict[str, Recipe], purpose: str) -> list[Blob]:
    """Laid down, in no row yet."""
    with blobs.scratch(asset.pk) as folder:
        pieces = [(folder / name, recipe) for name, recipe in wanted.items()]
        outcomes = zip(wanted, images.make_renditions(path, pieces, name=asset.name), strict=True)
        return [laid(folder / name, asset, outcome, purpose=purpose, recipe=name) for name, outcome in outcomes]


def laid(path: Path, asset: Asset, rendition: Rendition, *, purpose: str, recipe: str) -> Blob:
    """What a child has written, laid down. `recipe`: its digest. The row is not saved (`blobs.keep`)."""
    told = asdict(rendition)
    facts: dict[str, Any] = {name: told[name] for name in FACTS}
    columns = {"mime": rendition.mime, "sha256": rendition.sha256, "facts": facts}
    return blobs.lay(path, Blob(owner_id=asset.owner_id, asset=asset, purpose=purpose, recipe=recipe, **columns))
