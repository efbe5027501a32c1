"""The steps of `./dev test`, in order. Each is a function that gives an Outcome."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import outcome
from workshop import BUILD, EXAMPLES, GUESTS, ROOT, build, ctest, pytest, run

FUZZ_SECONDS = 10
# More failures than these are no hiccup.
MOST_REPEATED = 3
SUPPRESSIONS = ROOT / "tools" / "dev"
# One report for each error.
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=0:abort_on_error=1",
    "LSAN_OPTIONS": f"suppressions={SUPPRESSIONS / 'lsan.supp'}:print_suppressions=0",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": f"suppressions={SUPPRESSIONS / 'tsan.supp'}:halt_on_error=1"
    ":second_deadlock_stack=1",
}


def checks():
    total = outcome.Outcome()
    for check in ("check_floors", "check_awaits", "check_docs", "check_reference"):
        code = run([sys.executable, ROOT / "tools" / f"{check}.py"], minutes=2)
        total += outcome.of_exit_code(code)
    return total


def tools():
    return pytest("tools", ROOT / "tools", 2) + pytest("bench", ROOT / "bench", 2)


def release():
    return build("release", 50)


def headers():
    built = build("release", 20, "headers_alone")
    return built if built.failed else outcome.PASSED


def unit():
    return ctest("release", 10)


def guests():
    builder = ROOT / "tests" / "guests" / "build.py"
    return outcome.of_exit_code(run([sys.executable, builder, GUESTS], minutes=10))


def conformance():
    return pytest("conformance", ROOT / "tests" / "conformance", 30)


def examples():
    builder = ROOT / "examples" / "build.py"
    return outcome.of_exit_code(run([sys.executable, builder, "--output", EXAMPLES], minutes=20))


def e2e():
    """A few failures are repeated, alone: what passes then is named as flaky, and to be mended.

    Servers, clocks and other programs of this machine take part, so that a single failure says little of a change.
    """
    first = pytest("e2e", ROOT / "tests" / "e2e", 15)
    if first.failed != len(first.failures) or not 0 < first.failed <= MOST_REPEATED:
        return first
    cases = [case_of(name) for name in first.failures]
    print(f"dev: repeated alone: {', '.join(cases)}", flush=True)
    return outcome.after_repeating(first, pytest("e2e-repeated", cases[-1], 10, *cases[:-1]))


def case_of(name):
    """What pytest calls a case of its report: "e2e.test_tls::test_x[a]" is tests/e2e/test_tls.py::test_x[a]."""
    module, _, case = name.partition("::")
    return f"tests/{module.replace('.', '/')}.py::{case}"


def sanitized():
    built = build("dev", 40)
    if built.failed:
        return built
    os.environ.update(SANITIZER_OPTIONS)
    found = ctest("dev", 15)
    # Without load, and in one weather: the sanitizers are one themselves.
    cases = ROOT / "tests" / "conformance" / "test_cases.py"
    return found + pytest("conformance-sanitized", cases, 15, "-k", "normal", preset="dev")


def tsan():
    built = build("tsan", 30)
    if built.failed:
        return built
    os.environ.update(SANITIZER_OPTIONS)
    # RocksDB of the distribution is not instrumented: how its threads take turns can't be seen.
    return ctest("tsan", 15, "-LE", "guests", "-E", "Rocks|FullDisk|OpenStore|Schema")


def fuzz():
    """Runs each fuzz target for a few seconds from its seeds; what it finds stays in build/fuzz."""
    built = build("dev", 40)
    targets = sorted((BUILD / "dev" / "fuzzers").glob("*"))
    if built.failed or not targets:
        print("dev: no fuzz target was built", file=sys.stderr)
        return outcome.FAILED
    total = outcome.Outcome()
    for target in targets:
        corpus = BUILD / "fuzz" / target.name
        corpus.mkdir(parents=True, exist_ok=True)
        seeds = ROOT / "tests" / "fuzz" / target.name
        command = [target, f"-max_total_time={FUZZ_SECONDS}", "-timeout=10", "-rss_limit_mb=2048"]
        command += ["-verbosity=0", "-print_final_stats=0", f"-artifact_prefix={corpus}-", corpus]
        code = run(command + [seeds] * seeds.is_dir(), minutes=2)
        print(f"dev: fuzzed {target.name} for {FUZZ_SECONDS} s", file=sys.stderr)
        total += outcome.of_exit_code(code)
    return total


def instructions():
    script = ROOT / "bench" / "count_instructions.py"
    return outcome.of_exit_code(run([sys.executable, script], minutes=15))


@dataclass(frozen=True)
class Step:
    run: Callable[[], outcome.Outcome]
    what: str
    # Whether `--quick`, the inner loop, includes it.
    quick: bool = False

    @property
    def name(self):
        return self.run.__name__


STEPS = [
    Step(checks, "floors, co_await rules and papers", quick=True),
    Step(tools, "tests of the scripts in tools/ and bench/", quick=True),
    Step(release, "builds the release preset", quick=True),
    Step(headers, "compiles each header of src/ by itself"),
    Step(guests, "builds the guests of tests/guests", quick=True),
    Step(unit, "unit and contract tests", quick=True),
    Step(conformance, "each case of tests/conformance on the release binary", quick=True),
    Step(examples, "builds the examples with the toolchains there are"),
    Step(e2e, "the release binary over HTTP and the command line"),
    Step(sanitized, "unit, contract and conformance with address and undefined sanitizers"),
    Step(tsan, "tests without guests with the thread sanitizer"),
    Step(fuzz, "each fuzz target for a few seconds"),
    Step(instructions, "instructions a request costs, against the parent commit"),
]
