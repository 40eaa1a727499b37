"""`make audit`: is any package that we stand on known to be vulnerable? And a list of all of them (SBOM, CycloneDX).

Ends with 1 when one is. Where no vulnerability service can be reached (no network, or an index that has none), it says
that nothing was audited, and ends with 0: that is no news about the packages.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
PATIENCE = 180  # seconds


def verdict(report: dict[str, Any] | None) -> tuple[list[str], int]:
    """Lines for people and the exit code, from pip-audit's JSON; None when it could not ask anybody."""
    packages = (report or {}).get("dependencies", [])
    asked = [each for each in packages if "skip_reason" not in each]
    if not asked:
        return ["Nothing was audited: no vulnerability service could be reached."], 0
    bad = [(each, known) for each in asked for known in each.get("vulns", [])]
    lines = [f"{each['name']} {each['version']}: {known['id']}, {_cure(known)}" for each, known in bad]
    lines.append(f"{len(asked)} of {len(packages)} packages audited, {len(bad)} known vulnerabilities.")
    return lines, 1 if bad else 0


def _cure(known: dict[str, Any]) -> str:
    versions = known.get("fix_versions") or []
    return f"fixed in {', '.join(versions)}" if versions else "not fixed yet"


def ask() -> dict[str, Any] | None:
    """What pip-audit says about requirements.txt."""
    command = [TOOLS / "pip-audit", "-r", "requirements.txt", "--disable-pip", "--require-hashes"]
    try:
        done = subprocess.run(  # noqa: S603 - a tool of ours
            [*command, "-f", "json", "--progress-spinner", "off"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return dict(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError):
        return None


def list_packages(to: Path) -> str:
    """The SBOM. It needs no network."""
    command = [TOOLS / "cyclonedx-py", "requirements", "requirements.txt", "--output-reproducible", "-o", to]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - a tool of ours
    return f"{os.path.relpath(to, ROOT)} lists them."


if __name__ == "__main__":
    lines, code = verdict(ask())
    sys.stdout.write("\n".join([*lines, list_packages(ROOT / ".venv" / "sbom.json"), ""]))
    sys.exit(code)
