"""python -m sandbox --port 8001 [--state FILE] [--practice]"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def main() -> None:
    """Serve until told to stop. The first line on standard output says where, as JSON."""
    parser = argparse.ArgumentParser(prog="sandbox", description="The outside world in a box.")
    parser.add_argument("--port", type=int, default=8001, help="0 takes any free port")
    parser.add_argument("--state", type=Path, help="remember everything in this file")
    parser.add_argument("--seed", type=int, help="the same seed gives the same ids")
    parser.add_argument("--practice", action="store_true", help="for people: make the practice accounts")
    wishes = parser.parse_args()

    from sandbox.app import create_app
    from sandbox.server import listen
    from sandbox.world import World

    world = World(seed=wishes.seed, state=wishes.state, practice=wishes.practice)
    server = listen(create_app(world), wishes.port)
    place = {"port": server.server_port, "url": f"http://127.0.0.1:{server.server_port}"}
    sys.stdout.write(json.dumps(place) + "\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
