"""Where visitors come in; and why they cannot, each reason told apart."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from operations import listeners
from operations.listeners import Why

ROOT = Path(__file__).resolve().parent.parent.parent
ASK = (
    "from operations import listeners\n"
    "try: listeners.listen({host!r}, {port}, move=False)\n"
    "except listeners.CannotListen as error: print(error.why)"
)


def reached(address: str, listened: socket.socket) -> bool:
    with socket.create_connection((address, listened.getsockname()[1]), timeout=5):
        return True


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this system has no socket for both families")
@pytest.mark.parametrize("host", ["::", "[::]"])
def test_every_address_of_both_families(host: str) -> None:
    with listeners.listen(host, 0, move=False) as opened:
        assert reached("127.0.0.1", opened)
        assert reached("::1", opened)
        assert listeners.address_of(opened) == f"http://127.0.0.1:{opened.getsockname()[1]}"


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("127.0.0.2", "127.0.0.2")],  # noqa: S104
)
def test_where_it_is_reached_from_here(host: str, address: str) -> None:
    with listeners.listen(host, 0, move=False) as opened:
        assert listeners.address_of(opened) == f"http://{address}:{opened.getsockname()[1]}"
        assert address == "127.0.0.2" or reached(address, opened)  # the tests let nobody go there


def refused(host: str, port: int) -> Why:
    with pytest.raises(listeners.CannotListen) as caught:
        listeners.listen(host, port, move=False)
    return caught.value.why


@pytest.mark.parametrize(
    ("host", "why"),
    [
        *(("192.0.2.1", Why.NOT_OURS), ("2001:db8::1", Why.NOT_OURS), ("no such name", Why.NO_ADDRESS)),
        *(("1.2.3", Why.NOT_OURS), ("300.1.1.1", Why.NO_ADDRESS)),
    ],
)
def test_an_address_that_is_not_ours(host: str, why: Why) -> None:
    assert refused(host, 0) == why


def test_a_port_that_is_taken_is_stepped_over_only_where_that_will_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert refused("127.0.0.1", port) is Why.TAKEN
        with listeners.listen("127.0.0.1", port, move=True) as opened:
            assert opened.getsockname()[1] > port


def elsewhere(host: str, port: int, *wrapper: str) -> str:
    """What another process is told, that may do less than we."""
    ask = [*wrapper, sys.executable, "-c", ASK.format(host=host, port=port)]
    return subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60).stdout.strip()


def test_a_port_that_only_root_may_have() -> None:
    nobody = ["unshare", "--net", "setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    if subprocess.run([*nobody, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network of its own can be made here (unshare, setpriv)")
    assert elsewhere("127.0.0.1", 80, *nobody) == Why.FORBIDDEN


def test_ipv6_that_is_switched_off() -> None:
    off = ["unshare", "--net", "sh", "-c", 'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 && exec "$@"', "sh"]
    if subprocess.run([*off, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network without IPv6 can be made here (unshare, sysctl)")
    assert elsewhere("::1", 8000, *off) == Why.NO_IPV6
