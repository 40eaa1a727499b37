"""Where the outside world is. Every remote address in the product is made here, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings


def address(url: str) -> str:
    """The address to call for the real `url`.

    `REMOTE_ROOT` empty: the real service. Otherwise `https://HOST/PATH` becomes `{REMOTE_ROOT}/HOST/PATH`;
    an address that already lies under it (the sandbox hands such ones out) stays as it is.
    """
    root: str = settings.REMOTE_ROOT
    if not root or url.startswith(f"{root}/"):
        return url
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{root}/{parts.netloc}{parts.path}{query}"


def is_mapped(url: str) -> bool:
    """Whether `url` lies in the world that `REMOTE_ROOT` names."""
    root: str = settings.REMOTE_ROOT
    return bool(root) and url.startswith(f"{root}/")
