#!/usr/bin/env python3
"""New modules at 100, 500 and 1,000 a second through Wess's API, and runs of them, by the real k6.

    bench/wess_load.py [--hold 30s] [--ramp 10s] [--rate 1000]

k6 is built once, into the cache. Prints how many calls went well, how long they took, and whether all modules that were
acknowledged are there.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import peers
from places import BENCH, GUESTS
from testbed import Server
from testbed.wess import Wess, document

TIMEOUT_SECONDS = 900


def run_k6(arguments, server, folder):
    module = folder / "module.json"
    wasm = (GUESTS / "sum_f32.wasm").read_bytes()
    module.write_text(json.dumps(document(wasm, "sum", ["F32", "F32"], ["F32"])))
    summary = folder / "summary.json"
    settings = {
        "WESS_SERVER": server.urls["wess"],
        "MODULE": module,
        "SUMMARY": summary,
        "HOLD": arguments.hold,
        "RAMP": arguments.ramp,
        "RATE": arguments.rate,
    }
    environment = {**os.environ, **{name: str(value) for name, value in settings.items()}}
    command = [str(peers.k6()), "run", "--quiet", "--no-usage-report", str(BENCH / "wess_load.js")]
    done = subprocess.run(command, env=environment, timeout=TIMEOUT_SECONDS)
    return done.returncode, json.loads(summary.read_text())["metrics"]


def print_table(metrics, count, compiles):
    durations = metrics["http_req_duration"]["values"]
    stored = int(metrics["stored"]["values"]["count"])
    dropped = int(metrics.get("dropped_iterations", {"values": {"count": 0}})["values"]["count"])
    print(f"{'success rate':<20} {metrics['success']['values']['rate']:.5f}")
    print(f"{'modules stored':<20} {stored}")
    print(f"{'modules counted':<20} {count}")
    print(f"{'not begun in time':<20} {dropped}")
    print(f"{'compiled':<20} {compiles:.0f}")
    for name in ("med", "p(95)", "p(99)", "max"):
        print(f"{name + ' ms':<20} {durations[name]:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hold", default="30s", help="how long each rate is held")
    parser.add_argument("--ramp", default="10s", help="how long it takes to the next rate")
    parser.add_argument("--rate", type=int, default=1000, help="the highest rate, in modules a second")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with Server(Path(folder) / "data", "--wess", "127.0.0.1:0") as server:
            code, metrics = run_k6(arguments, server, Path(folder))
            count = Wess.of(server).count()
            compiles = server.metrics()["rockpool_compile_duration_seconds_count"]
            print_table(metrics, count, compiles)
            print(f"{'resident MiB':<20} {server.resident_bytes() >> 20}")
            server.stop()
    return code


if __name__ == "__main__":
    try:
        sys.exit(main())
    except peers.Absent as absent:
        sys.exit(f"wess_load: {absent}")
