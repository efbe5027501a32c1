#!/usr/bin/env python3
"""Counts the instructions that a request costs, here and in the parent commit; fails if it grew.

The request loop runs under callgrind with N and with 2N requests: the difference is the requests
alone, and is the same from run to run to a fraction of a percent. Counts of other machines are no
measure, as the C library and the compiler of guests choose instructions by processor: so the parent
is built and counted here. Where the work tree differs from the last commit, that is the parent.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from places import BUILD, GUESTS, RELEASE, ROOT

import workshop  # noqa: I001  (places makes it importable)

ALLOWED_GROWTH = 0.03
REQUESTS = 300
TARGET = "request_loop"
LOOP = Path("bench") / TARGET
PARENT = BUILD / "parent"
BUILD_MINUTES = 10
BRIDGE = ["bridge", "tools/build_bridge.sh", "tools/patched_wasmtime.sh", "src/engine/run/call_hooks.h"]
# What the loop is built of: where none of it changed there is nothing to compare.
SOURCES = [*BRIDGE, "src/base", "src/json", "src/async", "src/engine", "bench/request_loop.cc"]
SOURCES += ["bench/CMakeLists.txt", "cmake", "CMakeLists.txt", "CMakePresets.json"]
# Guests by the ABI that they are called with.
SCENARIOS = {"http": "hello", "cgi": "cgi_hello", "typed": "sum"}
# Put in place of the parent's script where the bridge is the same: cargo would build it again for
# the other folder, which takes minutes.
COPIES_BRIDGE = """\
#!/bin/sh
set -eu
for out; do :; done  # the last argument
mkdir -p "$out"
cp -R "{built}/." "$out"
"""


class NoParent(Exception):
    """There is nothing to compare with; the message says why."""


def say(text):
    print(f"instructions: {text}", flush=True)


def run(command, **options):
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, text=True, capture_output=True, **options)
    if done.returncode != 0:
        output = (done.stdout + done.stderr)[-3000:]
        raise RuntimeError(f"failed ({done.returncode}): {' '.join(words)}\n{output}")
    return done.stdout


def unchanged_since(commit, paths):
    command = ["git", "diff", "--quiet", commit, "--", *paths]
    return subprocess.run(command, cwd=ROOT).returncode == 0


def parent_commit():
    """The last commit that the work tree differs from, in what the loop is built of."""
    if not unchanged_since("HEAD", SOURCES):
        return "HEAD"
    if subprocess.run(
        ["git", "rev-parse", "--verify", "--quiet", "HEAD~1"], cwd=ROOT, capture_output=True
    ).returncode:
        raise NoParent("the first commit, or a shallow clone, has no parent")
    if unchanged_since("HEAD~1", SOURCES):
        raise NoParent("nothing that a request runs through changed since the parent commit")
    return "HEAD~1"


def check_out(commit):
    """The commit's files in a folder that stays, so that only what differs is built anew."""
    if not (PARENT / ".git").exists():
        shutil.rmtree(PARENT, ignore_errors=True)
        run(["git", "worktree", "prune"])
        run(["git", "worktree", "add", "--detach", "--force", PARENT, commit])
    digest = run(["git", "rev-parse", commit]).strip()
    run(["git", "-C", PARENT, "checkout", "--detach", "--force", "--quiet", digest])


def reuse_bridge():
    script = PARENT / "tools" / "build_bridge.sh"
    script.write_text(COPIES_BRIDGE.format(built=RELEASE / "bridge"))


def build_parent(commit):
    """The parent's request loop."""
    check_out(commit)
    if not (PARENT / "bench" / "request_loop.cc").exists():
        raise NoParent("the parent commit has no request loop")
    if unchanged_since(commit, BRIDGE):
        reuse_bridge()
    say(f"building the request loop of {commit}")
    if workshop.run([PARENT / "dev", "build", "release", TARGET], BUILD_MINUTES) != 0:
        raise NoParent("the parent commit does not build here")
    return PARENT / "build" / "release" / LOOP


def build_head():
    if workshop.build("release", BUILD_MINUTES, TARGET).failed:
        raise RuntimeError(f"{TARGET} does not build")
    if not all((GUESTS / f"{guest}.wasm").exists() for guest in SCENARIOS.values()):
        run([sys.executable, ROOT / "tests" / "guests" / "build.py", GUESTS])
    return RELEASE / LOOP


def instructions(loop, machine_code, abi, count, folder):
    """All instructions of a run with `count` requests."""
    output = folder / "callgrind.out"
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}"]
    run([*command, loop, "run", machine_code, abi, count])
    return parse_callgrind(output.read_text(errors="replace"))


def parse_callgrind(text):
    return int(re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE).group(1))


def count_each(loop):
    """Instructions of one request, by ABI."""
    counts = {}
    with tempfile.TemporaryDirectory() as folder:
        for abi, guest in SCENARIOS.items():
            machine_code = Path(folder) / f"{guest}.code"
            # Under valgrind, too: its processor has fewer features than the real one.
            compile_module = ["valgrind", "--tool=none", loop, "compile"]
            run([*compile_module, GUESTS / f"{guest}.wasm", machine_code])
            once = instructions(loop, machine_code, abi, REQUESTS, Path(folder))
            twice = instructions(loop, machine_code, abi, 2 * REQUESTS, Path(folder))
            counts[abi] = (twice - once) / REQUESTS
    return counts


def compare(head, parent):
    """A line for each scenario, and the names of those that cost too much more."""
    lines = []
    worse = []
    for name, count in head.items():
        growth = count / parent[name] - 1
        lines.append(f"{name:<6} {count:>10,.0f}  parent {parent[name]:>10,.0f}  {growth:+.1%}")
        if growth > ALLOWED_GROWTH:
            worse.append(name)
    return lines, worse


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", metavar="COMMIT", help="compare with this commit instead")
    against = parser.parse_args().against
    head = count_each(build_head())
    try:
        parent = count_each(build_parent(against or parent_commit()))
    except NoParent as reason:
        for name, count in head.items():
            say(f"{name:<6} {count:>10,.0f}")
        say(f"not compared: {reason}")
        return 0
    lines, worse = compare(head, parent)
    for line in lines:
        say(line)
    if worse:
        say(f"more than {ALLOWED_GROWTH:.0%} worse: {', '.join(worse)}")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
