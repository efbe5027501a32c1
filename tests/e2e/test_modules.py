"""Modules are stored by what is in them."""

import hashlib

from testbed import guest

WASM = {"Content-Type": "application/wasm"}


def store(server, module):
    return server.call("POST", "/v1/modules", module, WASM)


def test_a_stored_module_comes_back_byte_for_byte(server):
    module = guest("echo")

    stored = store(server, module)
    back = server.call("GET", f"/v1/modules/{stored.json()['digest']}")

    assert stored.status == 200
    assert stored.json()["digest"] == "sha256:" + hashlib.sha256(module).hexdigest()
    assert stored.json()["size"] == len(module)
    assert back.body == module
    assert back.header("content-type") == "application/wasm"


def test_the_same_bytes_twice_are_no_error(server):
    assert store(server, guest("sum")).json() == store(server, guest("sum")).json()


def test_a_module_is_described(server):
    described = store(server, guest("sum")).json()

    assert described["abi"] == "typed"
    assert described["imports"] == []
    (export,) = described["exports"]
    assert export["name"] == "sum"
    assert [parameter["type"] for parameter in export["parameters"]] == ["s32", "s32"]
    assert export["results"] == ["s32"]


def test_a_module_without_entry_point_may_be_stored(server):
    answer = store(server, guest("no_entry_point"))

    assert answer.status == 200
    assert answer.json()["abi"] is None


def test_bytes_that_are_no_module_are_not_stored(server):
    answer = store(server, b"no module at all")
    digest = "sha256:" + hashlib.sha256(b"no module at all").hexdigest()

    assert (answer.status, answer.code) == (422, "invalid-module")
    assert server.call("GET", f"/v1/modules/{digest}").code == "module-not-found"


def test_a_function_is_made_of_a_stored_module(server, name):
    digest = store(server, guest("hello")).json()["digest"]

    answer = server.call("PUT", f"/v1/functions/{name}", {"module": digest})

    assert answer.status == 201
    assert answer.json()["digest"] == digest
    assert server.get(f"/{name}").text == "Hello, world!"


def test_a_module_that_is_not_stored_is_named(server, name):
    answer = server.call("PUT", f"/v1/functions/{name}", {"module": "sha256:" + "0" * 64})

    assert (answer.status, answer.code) == (404, "module-not-found")
    assert server.function(name) is None
