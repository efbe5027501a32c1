"""Functions that take text and give text (abis `json` and `argv`), by every way to call them."""

import json

import pytest

from testbed import guest_path


def invoke(server, name, document):
    answer = server.call("POST", f"/v1/functions/{name}/invoke", document)
    assert answer.status == 200, answer.text
    return answer.json()


@pytest.fixture
def greet(server, name):
    server.deploy(name, "greets_and_logs")
    return name


@pytest.fixture
def hello(server, name):
    server.deploy(name, "argv_hello", abi="argv")
    return name


def test_json_is_told_from_the_binary(server, name):
    function = server.deploy(name, "greets_and_logs")

    kind = "func (i32, i32) -> (i32, i32)"
    assert function["abi"] == "json"
    assert function["exports"] == [{"name": "greet", "type": kind}, {"name": "part", "type": kind}]
    shown = " ".join(server.cli("show", name).stdout.split())
    assert "abi: json" in shown
    assert f"export: greet {kind} export: part {kind}" in shown


def test_argv_is_only_chosen(server, name):
    assert server.deploy(name, "argv_hello")["abi"] == "cgi"

    done = server.cli("deploy", guest_path("argv_hello"), "--name", name, "--abi", "argv")

    assert done.returncode == 0, done.stderr
    assert server.function(name)["abi"] == "argv"
    assert server.get(f"/{name}").text == "hello\n0: {}"


def test_a_manifest_may_choose_argv(server, name, tmp_path):
    manifest = tmp_path / "rockpool.toml"
    manifest.write_text(f'[function.{name}]\nmodule = "{guest_path("fibonacci")}"\nabi = "argv"\n')

    done = server.cli("deploy", "-f", manifest)

    assert done.returncode == 0, done.stderr
    assert server.request("POST", f"/{name}", '["10"]').text == "55"


def test_inspect_tells_what_a_module_can_be(server):
    text = json.loads(server.cli("inspect", guest_path("greets_and_logs"), "-o", "json").stdout)
    command = json.loads(server.cli("inspect", guest_path("argv_hello"), "-o", "json").stdout)

    assert (text["abi"], text["runs_here"], text["possible_abis"]) == ("json", True, ["json", "typed"])
    assert (command["abi"], command["possible_abis"]) == ("cgi", ["cgi", "argv"])


def test_the_operator_calls_with_args(server, greet):
    result = invoke(server, greet, {"export": "greet", "args": {"name": "Ann"}})

    assert result["status"] == 200
    assert result["body"] == "Hello, Ann!"
    assert ["content-type", "text/plain; charset=utf-8"] in lower(result["headers"])
    assert "results" not in result
    assert result["memory_peak_bytes"] > 64 << 10
    assert [record["stream"] for record in result["logs"]] == ["stderr"]


def test_the_operator_calls_a_command_with_args(server, hello):
    assert invoke(server, hello, {"args": {"a": "b"}})["body"] == 'hello\n0: {"a":"b"}'
    assert invoke(server, hello, {"args": ["b", "c"]})["body"] == "hello\n0: b\n1: c"
    assert invoke(server, hello, {})["body"] == "hello\n0: {}"
    refused = invoke(server, hello, {"args": {"a": 1}})
    assert (refused["status"], refused["failure"]["code"]) == (400, "bad-arguments")


def test_the_command_line_names_arguments(server, greet):
    assert server.cli("invoke", greet, "greet", "name=Ann=Bea").stdout == "Hello, Ann=Bea!"
    assert server.cli("invoke", greet, "greet").stdout == "Hello, nobody!"
    assert server.cli("invoke", greet, "part", "x=").stdout == "Goodbye!"

    wrong = server.cli("invoke", greet, "greet", "Ann")
    assert wrong.returncode == 2
    assert "KEY=VALUE" in wrong.stderr


def test_the_command_line_gives_a_command_names_or_values(server, hello):
    assert server.cli("invoke", hello, "name=Ann").stdout == 'hello\n0: {"name":"Ann"}'
    assert server.cli("invoke", hello, "-5", "b=c").stdout == "hello\n0: -5\n1: b=c"
    assert server.cli("invoke", hello).stdout == "hello\n0: {}"
    assert server.cli("invoke", hello, "--body", "-", stdin=b'["a=b"]').stdout == "hello\n0: a=b"
    assert server.cli("invoke", hello, "a=b", "c").returncode == 2


def test_calls_are_counted_and_measured(server, greet):
    server.request("POST", f"/{greet}/greet", "{}")
    server.request("POST", f"/{greet}/greet", '{"name":1}')

    counted = [
        server.metrics().get(
            f'rockpool_invocations_total{{function="{greet}",version="1",trigger="http",outcome="{outcome}"}}'
        )
        for outcome in ("ok", "bad-arguments")
    ]

    assert counted == [1, 1]


def lower(headers):
    return [[name.lower(), value] for name, value in headers]
