"""What a step of `./dev test` counted."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    # What failed, by name, where names are known.
    failures: tuple[str, ...] = ()
    # What failed and then, repeated alone, passed; counted as passed.
    flaky: tuple[str, ...] = ()

    def __add__(self, other):
        return Outcome(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.failures + other.failures,
            self.flaky + other.flaky,
        )

    def __str__(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        flaky = f", {len(self.flaky)} flaky" if self.flaky else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}{flaky}"


PASSED = Outcome(passed=1)
FAILED = Outcome(failed=1)


def after_repeating(first, again):
    """`again` is a run of nothing but what failed in `first`."""
    if not set(again.failures) <= set(first.failures) or again.failed != len(again.failures):
        return first
    flaky = tuple(name for name in first.failures if name not in again.failures)
    return Outcome(
        first.passed + len(flaky), again.failed, first.skipped, again.failures, first.flaky + flaky
    )


def of_exit_code(code):
    return PASSED if code == 0 else FAILED


def of_junit(report, exit_code):
    """Counts a JUnit report (of ctest or pytest) and never calls a failed run a success.

    A run that ends badly without a failed case, or leaves no report, counts as one failure.
    """
    counted = count_cases(report) if report.exists() else Outcome()
    if counted.failed:
        return counted
    if exit_code != 0 or counted.passed + counted.skipped == 0:
        return counted + FAILED
    return counted


def count_cases(report):
    counted = Outcome()
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            name = f"{case.get('classname')}::{case.get('name')}"
            counted += Outcome(failed=1, failures=(name,))
        elif case.find("skipped") is not None:
            counted += Outcome(skipped=1)
        else:
            counted += PASSED
    return counted
