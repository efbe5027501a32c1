#!/usr/bin/env python3
"""How many calls of functions that keep state does a server make durable, beside the store alone?

Each call leaves 4 of 256 blocks (1 MiB) dirty. Rounds are interleaved, with one connection and with 64 on states of
their own; a ratio is made within its round.

    bench/state_calls.py [ROUNDS] [SECONDS]
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import peers
from places import BENCH, GUESTS, PROGRAMS
from rockpool_server import Rockpool

WIDTHS = (1, 64)


def store_writes(folder, writers, seconds):
    command = [PROGRAMS / "synced_writes", folder, writers, seconds]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True)
    return float(done.stdout)


def state_calls(port, connections, seconds):
    command = [peers.program("wrk", "wrk"), "-t1", f"-c{connections}", f"-d{seconds}s"]
    command += ["-s", BENCH / "state_calls.lua", f"http://127.0.0.1:{port}", "--", connections]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True)
    result = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    if result["failed"]:
        sys.exit(f"not every call was answered well: {result}")
    return result["requests"] / result["seconds"]


def main(rounds=5, seconds=3):
    with tempfile.TemporaryDirectory(dir=Path.home()) as folder:
        with Rockpool(Path(folder) / "data") as server:
            server.deploy_with("state", GUESTS / "remembers.wasm", state="memory")
            for width in WIDTHS:
                ratios = []
                for number in range(rounds):
                    writes = store_writes(Path(folder) / f"store-{width}-{number}", width, seconds)
                    calls = state_calls(server.port, width, seconds)
                    ratios.append(calls / writes)
                    print(f"{width:3} at a time: store {writes:7.0f}/s, calls {calls:7.0f}/s, {calls / writes:.2f}")
                print(f"{width:3} at a time: median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
