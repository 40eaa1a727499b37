"""On what kind of file system something lies."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

OF_THE_NETWORK = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "gluster", "lustre", "fuse.sshfs", "fuse.rclone", "davfs")


def kind_of(path: Path) -> str:
    """Such as ext4; "" when it cannot be told. Nothing on it is read, as one of the network may not answer."""
    mounts = {Path(each.mountpoint): each.fstype for each in psutil.disk_partitions(all=True)}
    real = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would ask what may not answer
    return next((mounts[folder] for folder in (real, *real.parents) if folder in mounts), "")


def is_of_the_network(path: Path) -> bool:
    """Whether another machine holds it."""
    return kind_of(path).startswith(OF_THE_NETWORK)
