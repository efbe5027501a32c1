"""What is deployed is live, has versions, and can be taken back."""

import json

import pytest

from testbed import guest

WASM = {"Content-Type": "application/wasm"}


def put(server, name, module, **headers):
    return server.call("PUT", f"/v1/functions/{name}", module, {**WASM, **headers})


def patch(server, name, document, **headers):
    return server.call("PATCH", f"/v1/functions/{name}", document, headers)


def versions(server, name):
    return server.call("GET", f"/v1/functions/{name}/versions").json()["versions"]


def numbers(server, name):
    return [version["version"] for version in versions(server, name)]


def test_a_new_function_is_201_and_answers_at_once(server, name):
    answer = put(server, name, guest("hello"))

    assert answer.status == 201
    function = answer.json()
    assert function["version"] == 1
    assert function["abi"] == "http"
    assert function["url"] == f"{server.urls['ingress']}/{name}"
    assert answer.header("etag")
    assert server.get(f"/{name}").text == "Hello, world!"


def test_the_same_bytes_make_no_new_version(server, name):
    first = put(server, name, guest("hello"))

    again = put(server, name, guest("hello"))

    assert again.status == 200
    assert again.json()["version"] == 1
    assert again.header("etag") == first.header("etag")
    assert numbers(server, name) == [1]


def test_other_bytes_keep_the_live_settings(server, name):
    server.deploy(name, "hello", limits={"wall": "7s"}, env={"A": "1"})

    answer = put(server, name, guest("cgi_hello"))

    assert answer.status == 200
    function = answer.json()
    assert (function["version"], function["abi"]) == (2, "cgi")
    assert function["limits"]["wall"] == "7s"
    assert function["env"] == {"A": "1"}


def test_json_replaces_all_settings(server, name):
    server.deploy(name, "hello", limits={"wall": "7s"}, env={"A": "1"})

    function = server.deploy(name, "hello", limits={"cpu": "2s"})

    assert function["version"] == 2
    assert function["limits"]["wall"] == "30s"
    assert function["limits"]["cpu"] == "2s"
    assert function["env"] == {}


def test_patch_changes_what_it_names_and_null_is_the_default(server, name):
    server.deploy(name, "hello", limits={"wall": "7s", "cpu": "2s"}, env={"A": "1", "B": "2"})

    answer = patch(server, name, {"limits": {"wall": None}, "env": {"A": None, "C": "3"}})

    assert answer.status == 200
    function = answer.json()
    assert function["version"] == 2
    assert function["limits"]["wall"] == "30s"
    assert function["limits"]["cpu"] == "2s"
    assert function["env"] == {"B": "2", "C": "3"}


def test_a_patch_that_changes_nothing_makes_no_version(server, name):
    server.deploy(name, "hello", limits={"wall": "7s"})

    answer = patch(server, name, {"limits": {"wall": "7000ms"}})

    assert answer.status == 200
    assert answer.json()["version"] == 1


def test_rollback_makes_the_next_lower_version_live(server, name):
    for guest_name in ("hello", "cgi_hello", "counter"):
        put(server, name, guest(guest_name))

    answer = server.call("POST", f"/v1/functions/{name}/rollback", {})

    assert answer.status == 200
    assert answer.json()["version"] == 2
    assert server.get(f"/{name}").text == "Hello, world!"
    assert [v["version"] for v in versions(server, name) if v["live"]] == [2]
    assert numbers(server, name) == [3, 2, 1]


def test_rollback_takes_a_version_and_the_next_one_is_higher_than_all(server, name):
    for guest_name in ("hello", "sum", "counter"):
        put(server, name, guest(guest_name))

    to_first = server.call("POST", f"/v1/functions/{name}/rollback", {"version": 1})
    deployed = put(server, name, guest("cgi_hello"))

    assert to_first.json()["version"] == 1
    assert deployed.json()["version"] == 4
    assert numbers(server, name) == [4, 3, 2, 1]


def test_rollback_with_nothing_lower_says_so(server, name):
    put(server, name, guest("hello"))

    answer = server.call("POST", f"/v1/functions/{name}/rollback", {})

    assert (answer.status, answer.code) == (404, "version-not-found")


def test_ten_versions_are_kept(server, name):
    for wall in range(1, 14):
        server.deploy(name, "sum", limits={"wall": f"{wall}s"})

    kept = numbers(server, name)
    gone = server.call("POST", f"/v1/functions/{name}/rollback", {"version": 3})

    assert kept == list(range(13, 3, -1))
    assert (gone.status, gone.code) == (404, "version-not-found")


def test_versions_are_immutable_settings_included(server, name):
    server.deploy(name, "cgi_env", env={"WHICH": "first"})
    patch(server, name, {"env": {"WHICH": "second"}})

    server.call("POST", f"/v1/functions/{name}/rollback", {})

    assert "WHICH=first\n" in server.get(f"/{name}").text
    old, new = reversed(versions(server, name))
    assert (old["env"], new["env"]) == ({"WHICH": "first"}, {"WHICH": "second"})


def test_a_deleted_function_is_gone_with_its_versions_and_logs(server, name):
    put(server, name, guest("logs"))
    server.get(f"/{name}")

    answer = server.call("DELETE", f"/v1/functions/{name}")

    assert (answer.status, answer.body) == (204, b"")
    assert server.get(f"/{name}").code == "function-not-found"
    for path in ("", "/versions", "/logs"):
        assert server.call("GET", f"/v1/functions/{name}{path}").code == "function-not-found"
    put(server, name, guest("logs"))
    assert server.logs(name) == []


def test_writes_hold_to_if_match(server, name):
    tag = put(server, name, guest("hello")).header("etag")
    newer = put(server, name, guest("cgi_hello"), **{"If-Match": tag}).header("etag")

    stale = {"If-Match": tag}
    answers = [
        put(server, name, guest("sum"), **stale),
        patch(server, name, {"env": {"A": "1"}}, **stale),
        server.call("POST", f"/v1/functions/{name}/rollback", {}, stale),
        server.call("DELETE", f"/v1/functions/{name}", None, stale),
    ]

    assert newer != tag
    assert [(a.status, a.code) for a in answers] == [(412, "precondition-failed")] * 4
    assert numbers(server, name) == [2, 1]
    assert server.call("DELETE", f"/v1/functions/{name}", None, {"If-Match": newer}).status == 204


def test_if_match_of_a_function_that_is_not_there_fails(server, name):
    answer = put(server, name, guest("hello"), **{"If-Match": '"anything"'})

    assert (answer.status, answer.code) == (412, "precondition-failed")
    assert server.function(name) is None


def test_if_none_match_makes_only_what_is_new(server, name):
    only_new = {"If-None-Match": "*"}

    assert put(server, name, guest("hello"), **only_new).status == 201
    second = put(server, name, guest("sum"), **only_new)

    assert (second.status, second.code) == (412, "precondition-failed")
    assert server.function(name)["version"] == 1


def test_a_known_tag_gets_304(server, name):
    tag = put(server, name, guest("hello")).header("etag")

    answer = server.call("GET", f"/v1/functions/{name}", None, {"If-None-Match": tag})

    assert (answer.status, answer.body) == (304, b"")


def test_rollback_restores_a_tag_that_is_not_that_of_before(server, name):
    first = put(server, name, guest("hello")).header("etag")
    put(server, name, guest("sum"))

    back = server.call("POST", f"/v1/functions/{name}/rollback", {})

    assert back.header("etag") not in (None, first)


def test_a_dry_run_says_what_would_be_and_changes_nothing(server, name):
    answer = server.call("PUT", f"/v1/functions/{name}?dry_run=1", guest("hello"), WASM)
    failing = server.call("PUT", f"/v1/functions/{name}?dry_run=1", guest("imports_mystery"), WASM)

    assert answer.json()["abi"] == "http"
    assert (failing.status, failing.code) == (422, "import-missing")
    assert server.function(name) is None
    assert server.get(f"/{name}").status == 404


def test_a_deploy_tells_its_stages_if_asked(server, name):
    headers = {**WASM, "Accept": "application/x-ndjson"}

    answer = server.call("PUT", f"/v1/functions/{name}", guest("hello"), headers)

    lines = [json.loads(line) for line in answer.text.splitlines()]
    stages = [line["stage"] for line in lines[:-1]]
    assert stages[0] == "inspecting"
    assert stages[-2:] == ["storing", "committing"]
    assert lines[-1]["status"] == 201
    assert lines[-1]["result"]["name"] == name


FAILURES = {
    "invalid-module": b"\0asm\1\0\0\0 this is no module",
    "import-missing": "imports_mystery",
    "no-entry-point": "no_entry_point",
    "start-failed": "traps_in_start",
}


@pytest.mark.parametrize("code", FAILURES)
def test_a_failed_deploy_leaves_nothing_behind(server, name, code):
    module = FAILURES[code]

    answer = put(server, name, guest(module) if isinstance(module, str) else module)

    assert (answer.status, answer.code) == (422, code)
    assert server.function(name) is None
    assert server.get(f"/{name}").code == "function-not-found"


@pytest.mark.parametrize("code", FAILURES)
def test_a_failed_deploy_leaves_the_live_version_as_it_was(server, name, code):
    put(server, name, guest("hello"))
    module = FAILURES[code]

    answer = put(server, name, guest(module) if isinstance(module, str) else module)

    assert (answer.status, answer.code) == (422, code)
    assert numbers(server, name) == [1]
    assert server.get(f"/{name}").text == "Hello, world!"


def test_each_missing_import_is_told_with_what_to_do(server, name):
    problem = put(server, name, guest("imports_mystery")).json()

    imports = {entry["name"]: entry for entry in problem["imports"]}
    assert set(imports) == {"mystery", "fd_wrote"}
    assert imports["fd_wrote"]["module"] == "wasi_snapshot_preview1"
    assert "fd_write" in imports["fd_wrote"]["nearest"]
    assert all(entry["advice"] for entry in imports.values())


def test_an_empty_module_is_invalid(server, name):
    assert put(server, name, b"").code == "invalid-module"


def test_a_module_with_too_many_memories_is_unsupported(server, name):
    memories = b"".join(b"\x00\x01" for _ in range(120))
    section = bytes([120]) + memories
    size = bytes([(len(section) & 0x7F) | 0x80, len(section) >> 7])
    types = b"\x01\x04\x01\x60\x00\x00"
    functions = b"\x03\x02\x01\x00"
    exports = b"\x07\x05\x01\x01f\x00\x00"
    code = b"\x0a\x04\x01\x02\x00\x0b"
    module = b"\0asm\1\0\0\0" + types + functions + b"\x05" + size + section + exports + code

    answer = put(server, name, module)

    assert (answer.status, answer.code) in [(422, "module-unsupported"), (422, "invalid-module")]


def test_a_module_over_the_limit_is_refused(start_server):
    server = start_server("--max-module-size", "100KiB")
    filling = b"\0asm\1\0\0\0" + b"\0" * 150_000

    for answer in (
        put(server, "large", filling),
        server.call("POST", "/v1/modules", filling, WASM),
    ):
        assert (answer.status, answer.code) == (413, "module-too-large")
    assert put(server, "small", guest("sum")).status == 201


def test_equal_routes_are_one_functions(server, new_name):
    taken, other = new_name(), new_name()
    server.deploy(taken, "hello", routes=[f"/{taken}/:id"])

    answer = server.try_deploy(other, "sum", routes=[f"/{taken}/:other"])

    assert (answer.status, answer.code) == (409, "route-taken")
    assert server.function(other) is None


def test_a_free_route_may_be_taken(server, new_name):
    first, second = new_name(), new_name()
    server.deploy(first, "hello", routes=[f"/{first}/x"])
    server.call("DELETE", f"/v1/functions/{first}")

    assert server.try_deploy(second, "cgi_hello", routes=[f"/{first}/x"]).status == 201
    assert server.get(f"/{first}/x").text == "Hello, world!"


def test_rollback_does_not_take_a_route_that_another_has_now(server, new_name):
    first, second = new_name(), new_name()
    server.deploy(first, "hello", routes=[f"/{first}/x"])
    patch(server, first, {"routes": [f"/{first}/y"]})
    server.deploy(second, "sum", routes=[f"/{first}/x"])

    answer = server.call("POST", f"/v1/functions/{first}/rollback", {})

    assert (answer.status, answer.code) == (409, "route-taken")
    assert server.function(first)["version"] == 2


def test_several_functions_are_deployed_all_or_none(server, new_name):
    one, two, bad = new_name(), new_name(), new_name()
    digests = {}
    for guest_name in ("hello", "sum", "imports_mystery"):
        stored = server.call("POST", "/v1/modules", guest(guest_name), WASM)
        digests[guest_name] = stored.json()["digest"]
    good = {one: {"module": digests["hello"]}, two: {"module": digests["sum"]}}

    none = server.call(
        "PUT", "/v1/functions", {"functions": {**good, bad: {"module": digests["imports_mystery"]}}}
    )
    found_after_failure = [server.function(name) for name in (one, two, bad)]
    both = server.call("PUT", "/v1/functions", {"functions": good})
    replaced = server.call("PUT", "/v1/functions", {"functions": {one: good[one]}, "remove": [two]})

    assert (none.status, none.code) == (422, "import-missing")
    assert none.json()["function"] == bad
    assert found_after_failure == [None, None, None]
    assert both.json()["effects"] == {one: "created", two: "created"}
    assert replaced.json()["effects"] == {one: "unchanged"}
    assert server.function(two) is None
