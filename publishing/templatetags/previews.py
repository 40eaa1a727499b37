"""The words of a preview, as followers see them. Written here, as every space between the pieces would be seen."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from publishing.posts.folding import Piece
from publishing.posts.previewing import Preview

register = template.Library()


@register.simple_tag
def words_of(preview: Preview) -> SafeString:
    """Up to the fold, and what is behind it. `static/poster/previews.js` writes the same as somebody types."""
    seen, rest = _joined(preview.words.seen), _joined(preview.words.rest)
    if not rest:
        return format_html('<span class="seen">{}</span>', seen)
    more = preview.told["more"]
    return format_html(
        '<details class="folded"><summary><span class="seen">{}</span><span class="more">… {}</span></summary>'
        '<span class="rest">{}</span></details>',
        seen,
        more,
        rest,
    )


@register.simple_tag
def told_of(preview: Preview) -> str:
    """For `data-shown`."""
    return json.dumps(preview.told)


def _joined(pieces: Iterable[Piece]) -> SafeString:
    return format_html_join("", "{}", ((_piece(each),) for each in pieces))


def _piece(piece: Piece) -> SafeString:
    return format_html('<span class="sign">{}</span>' if piece.sign else "{}", piece.text)
