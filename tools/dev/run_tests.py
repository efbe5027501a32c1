#!/usr/bin/env python3
"""Runs the tests: all of them, or the steps named.

The last line of the output is `N passed, N failed`; the exit code is 1 if anything failed.
"""

import argparse
import sys
import time

import outcome
from steps import STEPS


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="./dev test", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the steps of the inner loop")
    parser.add_argument("--list", action="store_true", help="list the steps and do nothing")
    parser.add_argument("steps", nargs="*", metavar="STEP", help="run only these steps")
    chosen = parser.parse_args(arguments)
    known = [step.name for step in STEPS]
    for name in chosen.steps:
        if name not in known:
            parser.error(f"no step is called {name!r}; the steps are: {', '.join(known)}")
    return chosen


def chosen_steps(arguments):
    if arguments.steps:
        return [step for step in STEPS if step.name in arguments.steps]
    return [step for step in STEPS if step.quick or not arguments.quick]


def run_step(step):
    print(f"\n=== {step.name}: {step.what}", flush=True)
    started = time.monotonic()
    try:
        result = step.run()
    except Exception as error:  # A broken step is a failed test, not the end of the others.
        print(f"dev: {step.name}: {error}", file=sys.stderr)
        result = outcome.FAILED
    return result, time.monotonic() - started


def print_summary(results):
    print("\n=== summary")
    for step, (result, seconds) in results.items():
        print(f"{step:<14} {seconds:7.1f} s  {result}")
        for name in result.failures:
            print(f"    failed: {name}")
        for name in result.flaky:
            print(f"    flaky: {name} failed, and passed when it was repeated alone")


def main():
    arguments = parse_arguments(sys.argv[1:])
    if arguments.list:
        for step in STEPS:
            print(f"{step.name:<14} {step.what}")
        return 0
    results = {step.name: run_step(step) for step in chosen_steps(arguments)}
    print_summary(results)
    total = sum((result for result, _ in results.values()), outcome.Outcome())
    if total.skipped:
        print(f"{total.skipped} skipped")
    print(f"{total.passed} passed, {total.failed} failed", flush=True)
    return 1 if total.failed or total.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
