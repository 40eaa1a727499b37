"""What a child process may be asked to do with a picture: JSON in, JSON out. See `media.images`."""

from __future__ import annotations

import base64
from dataclasses import asdict
from pathlib import Path
from typing import Any

from media.pictures import cleaning, inspection, rendering
from media.pictures.values import Recipe


def inspect(payload: dict[str, Any]) -> dict[str, Any]:
    """{path, name, max_pixels} -> the fields of a Picture."""
    picture = inspection.inspect(Path(payload["path"]), name=payload["name"], max_pixels=payload["max_pixels"])
    fields = asdict(picture)
    return fields | {"taken_on": picture.taken_on and picture.taken_on.isoformat()}


def take_in(payload: dict[str, Any]) -> dict[str, Any]:
    """{path, name, max_pixels, smaller: [{out, recipe}, ...]} -> the fields of a Picture, and smaller: of Renditions.

    Largest of `smaller` first. Each is made from the one before it: the original is decoded twice, not once for each.
    `clean`, where it is wanted: a path that gets the same picture without what the file tells of places and cameras.
    """
    fields = inspect(payload)
    if clean := payload.get("clean"):
        beside = {"mark": fields["ai_mark"], "max_pixels": payload["max_pixels"]}
        fields["mime"] = cleaning.cleaned(Path(payload["path"]), Path(clean), name=payload["name"], **beside)
    source, smaller = payload["path"], []
    for small in payload["smaller"]:
        smaller += render({**payload, "wanted": [small], "path": source, "is_whole": True})["renditions"]
        source = small["out"]
    return {**fields, "smaller": smaller}


def render(payload: dict[str, Any]) -> dict[str, Any]:
    """{path, wanted: [{out, recipe}, ...], name, max_pixels} -> {renditions}: the fields of each Rendition."""
    made = rendering.render(
        Path(payload["path"]),
        [(Path(each["out"]), Recipe(**each["recipe"])) for each in payload["wanted"]],
        name=payload["name"],
        max_pixels=payload["max_pixels"],
        is_whole=payload.get("is_whole", False),
    )
    return {"renditions": [asdict(each) for each in made]}


def small(payload: dict[str, Any]) -> dict[str, Any]:
    """{path, recipe, name, max_pixels} -> {picture}: its bytes in base64."""
    recipe, beside = Recipe(**payload["recipe"]), {"name": payload["name"], "max_pixels": payload["max_pixels"]}
    return {"picture": base64.b64encode(rendering.rendered(Path(payload["path"]), recipe, **beside)).decode()}
