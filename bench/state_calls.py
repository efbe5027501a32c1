"""How many calls of functions that keep state a server makes durable, beside what the store alone does.

Each call leaves 4 of 256 blocks (1 MiB) dirty. Rounds are interleaved, with one connection and with 64 on states of
their own; a ratio is made within its round.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from statistics import median

import peers
from figures import at_least
from load import MeasurementFailed
from places import BENCH, GUESTS, PROGRAMS
from rockpool_server import Rockpool

WIDTHS = (1, 64)
WANTED = 0.5


def output_of(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise MeasurementFailed(f"{command[0]}: {done.stderr}")
    return done.stdout


def store_writes(folder, writers, seconds):
    return float(output_of([PROGRAMS / "synced_writes", folder, writers, seconds]))


def state_calls(port, connections, seconds):
    command = [peers.program("wrk", "wrk"), "-t1", f"-c{connections}", f"-d{seconds}s"]
    command += ["-s", BENCH / "state_calls.lua", f"http://127.0.0.1:{port}", "--", connections]
    lines = output_of(command).splitlines()
    result = json.loads(next(line for line in lines if line.startswith("{")))
    if result["failed"]:
        raise MeasurementFailed(f"not every call of a state was answered well: {result}")
    return result["requests"] / result["seconds"]


def measure(rounds, seconds):
    """Rows of the table, and the calls and writes a second of each round."""
    measured = {width: [] for width in WIDTHS}
    # Not in memory, where a temporary folder may be: nothing would be synced.
    with tempfile.TemporaryDirectory(dir=Path.home()) as folder:
        with Rockpool(Path(folder) / "data") as server:
            server.deploy_with("state", GUESTS / "remembers.wasm", state="memory")
            for number in range(rounds):
                for width in WIDTHS:
                    store = Path(folder) / f"store-{width}-{number}"
                    writes = store_writes(store, width, seconds)
                    calls = state_calls(server.port, width, seconds)
                    measured[width].append({"writes": writes, "calls": calls})
    rows = [
        at_least(
            f"durable calls of states / the store's synced writes, {width} at a time",
            median(each["calls"] / each["writes"] for each in measured[width]),
            WANTED,
        )
        for width in WIDTHS
    ]
    return rows, measured
