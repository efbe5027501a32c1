"""Every error code, limit and command has a test: what nobody checks may break unseen."""

import json
import re
import tomllib

import pytest

from testbed import ROOT, run_cli

TESTS = ROOT / "tests"
SOURCES = ROOT / "src"
CODE_LIST = SOURCES / "base" / "error_code.cc"


def codes():
    return [row["code"] for row in json.loads(run_cli("explain", "-o", "json").stdout)]


def as_enumerator(code):
    """`limit-wall` is `LimitWall` in the sources."""
    return "".join(word.capitalize() for word in code.split("-"))


def sources(pattern):
    return [path for path in SOURCES.rglob(pattern) if path != CODE_LIST]


def product_text():
    tests = ("_test.cc", "_fuzzer.cc")
    files = [path for path in sources("*.cc") if not path.name.endswith(tests) and "fake_" not in path.name]
    return "\n".join(path.read_text() for path in files)


def codes_in_cases():
    found = set()

    def collect(value):
        if isinstance(value, dict):
            found.update([value["code"]] if isinstance(value.get("code"), str) else [])
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    for path in TESTS.glob("conformance/*.case"):
        collect(tomllib.loads(path.read_text()))
    return found


def codes_in_python_tests(known):
    text = "\n".join(p.read_text() for p in TESTS.glob("e2e/test_*.py") if p.name != "test_promises.py")
    return {code for code in known if f'"{code}"' in text}


def codes_in_unit_tests(known):
    text = "\n".join(path.read_text() for path in sources("*_test.cc"))
    return {code for code in known if re.search(rf"\b{as_enumerator(code)}\b", text)}


def test_every_code_that_the_server_can_give_is_asked_for_by_a_test():
    known = codes()
    product = product_text()
    given = {code for code in known if re.search(rf"\bErrorCode::{as_enumerator(code)}[,;)}}]", product)}

    tested = codes_in_cases() | codes_in_python_tests(known) | codes_in_unit_tests(known)

    assert given - tested == set()


def test_every_code_that_callers_or_operators_see_is_produced_by_a_real_server():
    """Those that take minutes are left to unit tests; nothing limits rates or forbids yet."""
    only_in_unit_tests = {"compile-limit"}
    not_given_yet = {"forbidden", "rate-limited"}
    known = codes()
    public = set(known[: known.index("already-exists")])  # the rest never leaves the process

    seen = codes_in_cases() | codes_in_python_tests(known)

    assert public - seen - only_in_unit_tests - not_given_yet == set()


def test_cases_expect_only_codes_that_there_are():
    assert codes_in_cases() - set(codes()) == set()


def commands():
    text = run_cli("--help").stdout.split("\n\n")
    return re.findall(r"^  ([a-z]+)(?:,| {2,})", "\n".join(text), re.MULTILINE)


def test_every_command_is_run_by_a_test():
    text = "\n".join(path.read_text() for path in TESTS.glob("e2e/test_*.py"))
    found = commands()

    assert {"serve", "deploy", "completion"} <= set(found)
    run = [c for c in found if re.search(rf'(cli|run_cli)\(\s*"{c}"|BINARY\), "{c}"|\["{c}"|\("{c}"', text)]
    assert set(found) - set(run) - {"serve"} == set()


@pytest.mark.parametrize("limit", ["wall", "cpu", "memory", "queue", "queue-wait", "body", "response", "log"])
def test_every_limit_is_reached_by_a_test(limit):
    cases = "\n".join(path.read_text() for path in TESTS.glob("conformance/*.case"))
    programs = "\n".join(path.read_text() for path in TESTS.glob("e2e/test_l*.py"))

    in_cases = re.search(rf"limits = \{{[^}}]*\b{limit} =", cases)
    in_programs = re.search(rf'limits=\{{[^}}]*"{limit}":|"{limit}": "200ms"|\b{limit}=', programs)
    assert in_cases or in_programs
