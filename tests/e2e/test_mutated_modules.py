"""Damaged modules are refused with a code of the list, or run; never is the server hurt."""

import json
from collections import Counter

import pytest
from mutations import mutated

from testbed import guest, run_cli
from testbed.chance import seeded_random

WASM = {"Content-Type": "application/wasm"}
REAL_MODULES = [
    "hello", "echo", "headers_back", "cgi_hello", "cgi_env", "command_hello", "scalars", "sum",
    "all_wit_types", "uses_resources", "fills", "many_memories", "long_section_sizes", "imports_mystery",
]  # fmt: skip
REFUSALS = {
    "invalid-module", "import-missing", "no-entry-point", "compile-limit", "start-failed",
    "module-unsupported",
}  # fmt: skip
DEPLOYS = 420
INSPECTIONS = 120


@pytest.fixture
def mutants():
    chance = seeded_random("mutated modules")
    modules = [guest(name) for name in REAL_MODULES]

    def next_one():
        return mutated(chance, chance.choice(modules), chance.choice(modules))

    return next_one


def test_mutated_modules_are_refused_by_code_or_run(start_server, mutants, tmp_path):
    server = start_server()
    server.deploy("neighbour", "hello")
    told = Counter()

    for _ in range(DEPLOYS):
        module = mutants()
        (tmp_path / "mutant.wasm").write_bytes(module)
        answer = server.call("PUT", "/v1/functions/mutant", module, WASM)
        if answer.status in (200, 201):
            told["deployed"] += 1
            call_mutant(server)
            assert server.call("DELETE", "/v1/functions/mutant").status == 204
        else:
            told[answer.code] += 1
            assert (answer.status, answer.code in REFUSALS) == (422, True), answer.text
            assert server.function("mutant") is None
        assert server.is_alive()

    print(dict(told))
    assert server.get("/neighbour").text == "Hello, world!"
    assert told["invalid-module"] > DEPLOYS / 10
    assert told["deployed"] > 0


def call_mutant(server):
    """Whatever it does now, what comes is an answer, and no fault of the server's own."""
    server.call("PATCH", "/v1/functions/mutant", {"limits": {"cpu": "100ms", "wall": "300ms"}})
    for method, body in (("GET", None), ("POST", "[1, 2]")):
        answer = server.request(method, "/mutant", body)
        assert answer.code != "internal", answer.text


def test_inspect_tells_what_a_mutated_module_is_or_why_not(mutants, tmp_path):
    refused = 0
    for _ in range(INSPECTIONS):
        file = tmp_path / "mutant.wasm"
        file.write_bytes(mutants())

        done = run_cli("inspect", file, "-o", "json")

        if done.returncode == 0:
            assert "abi" in json.loads(done.stdout)
        else:
            refused += 1
            assert (done.returncode, done.stdout) == (1, "")
            assert "invalid-module" in done.stderr, done.stderr
    assert refused > INSPECTIONS / 10
