"""Limits of one call: never above those of its function."""

import pytest


def invoke(server, name, document):
    return server.call("POST", f"/v1/functions/{name}/invoke", document)


def outcome(answer):
    assert answer.status == 200, answer.text
    result = answer.json()
    return result["failure"]["code"] if "failure" in result else "ok"


def test_a_call_gets_less_processor_time(server, name):
    server.deploy(name, "spins_forever")

    answer = invoke(server, name, {"limits": {"cpu": "20ms"}})

    assert outcome(answer) == "limit-cpu"
    assert 20_000 <= answer.json()["cpu_us"] < 1_000_000
    assert "20ms" in answer.json()["failure"]["detail"]


def test_a_call_gets_less_time(server, name):
    server.deploy(name, "sleeps")

    answer = invoke(server, name, {"path": f"/{name}?ms=20000", "limits": {"wall": "50ms"}})

    assert outcome(answer) == "limit-wall"
    assert answer.json()["duration_us"] < 10_000_000


def test_a_call_gets_less_memory(server, name):
    server.deploy(name, "eats_memory")

    answer = invoke(server, name, {"limits": {"memory": "8MiB"}})

    assert outcome(answer) == "ok"
    assert answer.json()["memory_peak_bytes"] <= 8 << 20


def test_a_call_takes_and_gives_smaller_bodies(server, name):
    server.deploy(name, "echo")

    assert outcome(invoke(server, name, {"body": "12345", "limits": {"body": 4}})) == "body-too-large"
    answer = invoke(server, name, {"body": "12345", "limits": {"response": "4"}})
    assert outcome(answer) == "bad-guest-response"
    assert outcome(invoke(server, name, {"body": "1234", "limits": {"body": 4, "response": 4}})) == "ok"


@pytest.mark.parametrize("limit", ["cpu", "wall"])
def test_a_call_gets_no_more_than_its_function(server, name, limit):
    server.deploy(name, "spins_forever", limits={limit: "40ms"})

    answer = invoke(server, name, {"limits": {limit: "24h"}})

    assert outcome(answer) == f"limit-{limit}"
    assert "40ms" in answer.json()["failure"]["detail"]


def test_a_call_gets_no_more_memory_than_its_function(server, name):
    server.deploy(name, "eats_memory", limits={"memory": "8MiB"})

    answer = invoke(server, name, {"limits": {"memory": "1GiB"}})

    assert answer.json()["memory_peak_bytes"] <= 8 << 20


def test_the_next_call_has_the_functions_own(server, name):
    server.deploy(name, "counts_body", reuse="instance")

    assert outcome(invoke(server, name, {"body": "12345", "limits": {"body": "4"}})) == "body-too-large"
    assert outcome(invoke(server, name, {"body": "12345"})) == "ok"
    assert outcome(invoke(server, name, {"limits": {"memory": "64KiB"}})) == "guest-trap"
    assert outcome(invoke(server, name, {"body": "12345"})) == "ok"


def test_the_command_line_sets_them(server, name):
    server.deploy(name, "spins_forever")

    done = server.cli("invoke", name, "--limit", "cpu=20ms", "--limit", "wall=10s")

    assert done.returncode == 1
    assert "limit-cpu" in done.stdout
    assert server.cli("invoke", name, "--limit", "cpu").returncode == 2
    assert "cpu" in server.cli("invoke", name, "--limit", "cpus=1s").stderr
