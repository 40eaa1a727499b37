"""Servers of our own for a while: PostgreSQL and Redis, on loopback, in a folder that goes with them."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.ports import free_port
from tests.whole.lanes import kill, wait_until

DEBIAN = Path("/usr/lib/postgresql")  # where Debian keeps it, outside of PATH
CONFIG = "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=60"


class NotHere(Exception):
    """The program is not installed; `str(error)` says which."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running cluster of one database."""

    folder: Path
    port: int
    programs: Path
    user: str

    @property
    def url(self) -> str:
        """As DATABASE_URL wants it."""
        return self.url_of("postgres")

    def url_of(self, name: str) -> str:
        """The same for another of its databases."""
        return f"postgres://poster@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str) -> None:
        """One statement of the administrator, such as CREATE DATABASE."""
        with psycopg.connect(self.url, autocommit=True) as administrator:
            administrator.execute(statement)

    def restart(self, how: str = "immediate") -> None:
        """As after a crash (`immediate`), or in order (`fast`): everybody's connection is gone."""
        self.run("pg_ctl", "restart", "-w", "-D", str(self.folder / "data"), "-m", how, "-l", str(self.folder / "log"))

    def run(self, program: str, *arguments: str) -> None:
        """One of its programs, as the user that owns the cluster (it refuses to run as root)."""
        subprocess.run(
            [self.programs / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd=self.folder,
            user=self.user or None,
            group=self.user or None,
            extra_groups=[] if self.user else None,
        )


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A private cluster. Raises NotHere."""
    folder = Path(tempfile.mkdtemp(prefix="poster-postgres-"))
    server = Postgres(folder, free_port(), _programs(), "postgres" if os.geteuid() == 0 else "")
    try:
        if server.user:
            owner = pwd.getpwnam(server.user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = str(folder / "data")
        server.run("initdb", "-D", data, "-U", "poster", "-A", "trust", "-E", "UTF8", "--no-sync")
        server.run("pg_ctl", "start", "-w", "-D", data, "-l", str(folder / "log"), "-o", f"{CONFIG} -p {server.port}")
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.run("pg_ctl", "stop", "-D", str(folder / "data"), "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    for folder in sorted(DEBIAN.glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise NotHere("PostgreSQL (initdb, pg_ctl) is not installed")


@contextmanager
def redis() -> Iterator[str]:
    """A private Redis; its address. Raises NotHere."""
    program = shutil.which("redis-server")
    if program is None:
        raise NotHere("redis-server is not installed")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="poster-redis-") as folder:
        server = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder],
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_until(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            kill(server)
