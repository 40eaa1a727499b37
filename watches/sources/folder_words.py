"""What people write for a folder of this machine, and what they are told when it cannot be read."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from poster.errors import OutsideError, Refused, Unavailable
from watches.sources.safe_names import shown

LONGEST = 500  # characters of a place's id

# What the operating system says when a folder cannot be read -> what people are told.
_SENTENCES = {
    errno.ENOENT: "The folder {path} is not there. Put it back, or connect its disk; we go on by ourselves.",
    errno.ENOTDIR: "{path} is not a folder. Choose a folder.",
    errno.ELOOP: "{path} is a link now, and links are not followed. Choose the folder that it leads to.",
    errno.EACCES: "We may not read the folder {path}. Give this program the right to read it and what is in it.",
    errno.EPERM: "We may not read the folder {path}. Give this program the right to read it and what is in it.",
}


NOT_THERE = "There is no folder {path} on this machine. Make it first, or put in another one."


def told(path: str, error: Exception) -> OutsideError:
    if isinstance(error, OutsideError):
        return error
    if isinstance(error, TimeoutError):
        return too_slow(shown(path))
    number, name = (error.errno, error.filename) if isinstance(error, OSError) else (errno.ELOOP, None)
    if number in _SENTENCES:
        below = isinstance(name, str) and not Path(name).is_absolute()
        return Refused(_SENTENCES[number].format(path=shown(f"{name} in {path}" if below else path)))
    return Unavailable(f"The folder {shown(path)} cannot be read at the moment. We look again by ourselves.")


def too_slow(name: str) -> Unavailable:
    """Of a folder, or a file."""
    return Unavailable(f"{name} could not be read to its end in time: its disk or share is slow. We try again.")


def other_disk(path: str) -> Refused:
    return Refused(
        f"The folder {shown(path)} is empty, or all its files are others than before, as if its disk were missing. "
        "Connect the disk again. If this is how it should be, remove this watch and make it anew."
    )


def not_connected(place_id: str, folder: str) -> Refused:
    return Refused(
        f"{shown(folder)} in {shown(place_id)} cannot be read, or its disk is not connected, so nobody can say whether "
        "the picture is still there. Connect the disk, or give this program the right to read; then it goes on."
    )


def path_from(text: str) -> Path:
    """Raises Refused unless it is an absolute path."""
    text = text.strip().strip("\"'")
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    path = Path(os.path.expanduser(text))  # noqa: PTH111 - Path.expanduser raises where there is no such home
    if "\0" in text or not path.is_absolute():
        raise Refused("Write the whole path of the folder, beginning with /, such as /home/me/Pictures.")
    return path


def check_usable(path: str) -> None:
    if path == "/":
        raise Refused("The whole machine is too much. Choose a folder with pictures in it.")
    if len(path) > LONGEST or shown(path[-200:]) != path[-200:].strip() or not path.isprintable():
        raise Refused(f"The path {shown(path)} is too long or has signs in it that cannot be kept. Rename the folder.")
