"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import psutil


def facts() -> list[str]:
    """Lines for the head of a table. The load shows whether something else was running."""
    one, five, _ = os.getloadavg()
    return [
        f"Processor  {_processor()}, {psutil.cpu_count(logical=True)} threads",
        f"Memory     {psutil.virtual_memory().total / 2**30:.1f} GB",
        f"System     {platform.system()} {platform.release()}, Python {platform.python_version()}",
        f"Load       {one:.1f} in the last minute, {five:.1f} in the last five, before this was measured",
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
