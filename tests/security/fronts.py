"""The proxies as docs/going-live.md has them, run for real: only ports, paths and who Cloudflare is are changed."""

from __future__ import annotations

import datetime as dt
import http.client
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.ports import free_port

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "going-live.md"
NAME = "poster.example.org"
A_RANGE = "173.245.48.0/20"  # one of Cloudflare's; here it becomes the one that visitors of the test come from
PATIENCE = 20.0


def documented(label: str) -> str:
    """The block of the document with this label."""
    found = re.findall(rf"^```{label}\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    assert len(found) == 1, label
    return str(found[0])


def changed(text: str, *changes: tuple[str, str]) -> str:
    """With these changes; each has to be possible."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of our own for NAME, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = (
        made.serial_number(1).not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=9))
    )
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    public, private = folder / "public.pem", folder / "private.pem"
    public.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private


@dataclass
class Front:
    """A proxy that listens at `port`."""

    port: int

    def get(self, path: str, *, source: str = "127.0.0.1", **headers: str) -> http.client.HTTPResponse:
        """By https, from this address of loopback. Raises OSError or http.client.HTTPException when turned away."""
        plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE, source_address=(source, 0))
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE  # it is one of our own
        with trusting.wrap_socket(plain, server_hostname=NAME) as line:
            told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\n{told}Connection: close\r\n\r\n".encode())
            answer = http.client.HTTPResponse(line)
            answer.begin()
            answer.read()
            return answer


@contextmanager
def nginx(folder: Path, block: str, upstream: int) -> Iterator[Front]:
    """Raises FileNotFoundError when it is not installed."""
    port, (public, private) = free_port(), certificate(folder)
    live = f"/etc/letsencrypt/live/{NAME}"
    block = changed(
        block,
        *(("443 ssl", f"127.0.0.1:{port} ssl"), ("127.0.0.1:8000", f"127.0.0.1:{upstream}")),
        *((f"{live}/fullchain.pem", str(public)), (f"{live}/privkey.pem", str(private))),
    )
    temp = "".join(
        f"{each}_temp_path {folder / each};\n" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off; master_process off; pid {folder / 'pid'}; error_log {folder / 'error.log'};\n"
        f"events {{}}\nhttp {{ access_log off;\n{temp}{block}}}\n"
    )
    with _running([_program("nginx"), "-c", str(file), "-e", str(folder / "error.log")], port, folder):
        yield Front(port)


@contextmanager
def caddy(folder: Path, block: str, upstream: int) -> Iterator[Front]:
    """Raises FileNotFoundError when it is not installed."""
    port, (public, private) = free_port(), certificate(folder)
    block = changed(
        block,
        (f"{NAME} {{", f"https://{NAME}:{port} {{\n    bind 127.0.0.1\n    tls {public} {private}"),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
    )
    file = folder / "Caddyfile"
    file.write_text(f"{{\n    admin off\n    auto_https disable_redirects\n}}\n{block}")
    with _running([_program("caddy"), "run", "--config", str(file), "--adapter", "caddyfile"], port, folder):
        yield Front(port)


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not found:
        raise FileNotFoundError(name)
    return found


@contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "PATH": "/usr/bin:/bin"}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=home)
    try:
        _wait(process, port, folder)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError((folder / "said").read_text())
