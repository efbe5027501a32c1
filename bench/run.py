#!/usr/bin/env python3
"""Compares Rockpool with its peers on this machine, side by side.

Each round measures every contestant once, in turn; the figures are medians over the rounds, and a
ratio is made within its round. Absolute figures say little on a shared machine.
"""

import argparse
import dataclasses
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import fairness
import figures
import idle_memory
import image_pull
import in_process
import load
import state_calls
from contestants import CONTESTANTS, SERVERS
from peers import Absent, say
from places import EXAMPLES, GUESTS, ROOT
from processes import ServerFailed

FAIRNESS = "fairness"
MEMORY = "memory"
IN_PROCESS = "in-process"
PULL = "pull"
STATE = "state"
OTHERS = [FAIRNESS, MEMORY, IN_PROCESS, PULL, STATE]
WARM_UP_SECONDS = 1


def parse_arguments():
    names = [contestant.name for contestant in CONTESTANTS] + OTHERS
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--rounds", type=positive, default=5, help="of the comparison (default: 5)")
    parser.add_argument(
        "--fairness-rounds",
        type=positive,
        default=fairness.ROUNDS,
        help=f"with and without guests that spin (default: {fairness.ROUNDS})",
    )
    parser.add_argument(
        "--seconds", type=positive, default=3, help="of each measurement (default: 3)"
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=names,
        metavar="NAME",
        help=f"only this; may be repeated. One of: {', '.join(names)}",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured, raw")
    arguments = parser.parse_args()
    arguments.only = arguments.only or names
    return arguments


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def build_guests():
    """A toolchain that is missing costs its contestants, not the run; build.py names it."""
    for command in (
        [ROOT / "tests" / "guests" / "build.py", GUESTS],
        [ROOT / "examples" / "build.py", "--output", EXAMPLES, "js-http"],
    ):
        subprocess.run([sys.executable, *command], stdout=sys.stderr, check=True)


def start_servers(contestants, folder, stack):
    """The contestants' servers by name; what this machine lacks is named and left out."""
    servers = {}
    for name in dict.fromkeys(contestant.server for contestant in contestants):
        home = folder / name
        home.mkdir()
        try:
            servers[name] = SERVERS[name](home)
        except Absent as reason:
            say(f"without {name}: {reason}")
            continue
        stack.callback(servers[name].stop)
    return servers


def taking_part(contestants, servers):
    """Those whose server runs and answers as it should."""
    ready = []
    for contestant in contestants:
        if contestant.server not in servers:
            continue
        if contestant.name == "rockpool-js" and not has_javascript():
            say("without rockpool-js: its component could not be built here")
            continue
        load.check_answer(contestant.port(servers[contestant.server]), contestant.call)
        ready.append(contestant)
    return ready


def has_javascript():
    return (EXAMPLES / "js-http" / "hello.wasm").exists()


def compare(contestants, rounds, seconds):
    """A dict for each round: measurements by contestant's name."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        servers = start_servers(contestants, Path(folder), stack)
        ready = taking_part(contestants, servers)

        def measure(contestant, duration):
            server = servers[contestant.server]
            return load.measure(server, contestant.port(server), contestant.call, duration)

        def measure_all(duration):
            return {each.name: measure(each, duration) for each in ready}

        say("warming up")
        measure_all(WARM_UP_SECONDS)
        measured = []
        for number in range(1, rounds + 1):
            say(f"round {number} of {rounds}")
            measured.append(measure_all(seconds))
        return measured


def main():
    arguments = parse_arguments()
    contestants = [each for each in CONTESTANTS if each.name in arguments.only]
    raw = {}
    rows = []
    build_guests()
    if contestants:
        rounds = compare(contestants, arguments.rounds, arguments.seconds)
        raw["rounds"] = [
            {name: dataclasses.asdict(each) for name, each in measured.items()}
            for measured in rounds
        ]
        print(figures.contestants_table([each.name for each in contestants], rounds), end="\n\n")
        rows += [figures.ratio_row(ratio, rounds) for ratio in figures.ratios_of(arguments.only)]
    if FAIRNESS in arguments.only:
        found, raw[FAIRNESS] = fairness.measure(arguments.fairness_rounds, arguments.seconds)
        rows += found
    if MEMORY in arguments.only:
        found, raw[MEMORY] = idle_memory.measure()
        rows += found
    if IN_PROCESS in arguments.only:
        found, raw[IN_PROCESS] = in_process.measure(arguments.rounds)
        rows += found
    if PULL in arguments.only:
        found, raw[PULL] = image_pull.measure(arguments.rounds)
        rows += found
    if STATE in arguments.only:
        found, raw[STATE] = state_calls.measure(arguments.rounds, arguments.seconds)
        rows += found
    print(figures.figures_table(rows))
    if arguments.json:
        arguments.json.write_text(json.dumps(raw, indent=2) + "\n")


if __name__ == "__main__":
    try:
        main()
    except (Absent, ServerFailed, load.MeasurementFailed) as failure:
        sys.exit(f"bench: {failure}")
