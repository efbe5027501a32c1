"""Bad input to every call of the control API: the right code, and nothing changed."""

import json

import pytest

from testbed import guest

JSON = {"Content-Type": "application/json"}
WASM = {"Content-Type": "application/wasm"}
BAD_NAMES = ["UPPER", "-begins", "ends-", "sp%20ace", "dot.ted", "a" * 64, "%00", "%2e%2e", "ü"]

# (call, path behind /v1, body, headers, status, code, what the detail says)
DOCUMENTS = [
    # No JSON.
    ("PUT", "/functions/F", "{", JSON, 400, "invalid-argument", ""),
    ("PUT", "/functions/F", "", JSON, 400, "invalid-argument", ""),
    ("PUT", "/functions/F", "{} {}", JSON, 400, "invalid-argument", ""),
    ("PUT", "/functions/F", b'{"module": "\xff"}', JSON, 400, "invalid-argument", ""),
    ("PUT", "/functions/F", "[" * 100_000, JSON, 400, "invalid-argument", ""),
    ("PATCH", "/functions/F", "{'a': 1}", JSON, 400, "invalid-argument", ""),
    ("POST", "/functions/F/rollback", "nothing", JSON, 400, "invalid-argument", ""),
    ("POST", "/functions/F/invoke", "nothing", JSON, 400, "invalid-argument", ""),
    ("PUT", "/functions", "nothing", JSON, 400, "invalid-argument", ""),
    # No object.
    ("PUT", "/functions/F", [], {}, 400, "invalid-argument", ""),
    ("PATCH", "/functions/F", "null", JSON, 400, "invalid-argument", ""),
    ("POST", "/functions/F/rollback", 1, {}, 400, "invalid-argument", ""),
    ("POST", "/functions/F/invoke", [1, 2], {}, 400, "invalid-argument", ""),
    ("PUT", "/functions", [], {}, 400, "invalid-argument", ""),
    # Missing.
    ("PUT", "/functions/F", {}, {}, 400, "invalid-argument", "module"),
    ("PUT", "/functions", {}, {}, 400, "invalid-argument", "functions"),
    ("POST", "/functions", {}, {}, 400, "invalid-argument", "origin"),
    # Unknown, with the nearest known.
    ("PUT", "/functions/F", {"module": "sha256:" + "0" * 64, "limit": {}}, {}, 400, "unknown-field", "limits"),
    ("PATCH", "/functions/F", {"rutes": []}, {}, 400, "unknown-field", "routes"),
    ("PATCH", "/functions/F", {"limits": {"wal": "1s"}}, {}, 400, "unknown-field", "wall"),
    ("PATCH", "/functions/F", {"grants": {"http": []}}, {}, 400, "unknown-field", "grants"),
    ("PATCH", "/functions/F", {"triggers": []}, {}, 400, "unknown-field", "triggers"),
    ("POST", "/functions/F/rollback", {"versoin": 1}, {}, 400, "unknown-field", "version"),
    ("POST", "/functions/F/invoke", {"arg": []}, {}, 400, "unknown-field", "args"),
    ("POST", "/functions/F/invoke", {"limits": {"cpus": "1s"}}, {}, 400, "unknown-field", "cpu"),
    ("POST", "/functions/F/invoke", {"limits": {"queue": 1}}, {}, 400, "unknown-field", "limits.queue"),
    ("PUT", "/functions", {"functions": {}, "delete": []}, {}, 400, "unknown-field", "delete"),
    # Wrong type.
    ("PUT", "/functions/F", {"module": 7}, {}, 400, "invalid-argument", "module"),
    ("PATCH", "/functions/F", {"routes": "/a"}, {}, 400, "invalid-argument", "routes"),
    ("PATCH", "/functions/F", {"routes": [1]}, {}, 400, "invalid-argument", "routes"),
    ("PATCH", "/functions/F", {"limits": "fast"}, {}, 400, "invalid-argument", "limits"),
    ("PATCH", "/functions/F", {"env": ["A=1"]}, {}, 400, "invalid-argument", "env"),
    ("PATCH", "/functions/F", {"env": {"A": 1}}, {}, 400, "invalid-argument", "env"),
    ("PATCH", "/functions/F", {"cors": "all"}, {}, 400, "invalid-argument", "cors"),
    ("PATCH", "/functions/F", {"labels": []}, {}, 400, "invalid-argument", "labels"),
    ("PATCH", "/functions/F", {"reuse": True}, {}, 400, "invalid-argument", "reuse"),
    ("POST", "/functions/F/rollback", {"version": "one"}, {}, 400, "invalid-argument", "version"),
    ("POST", "/functions/F/rollback", {"version": 1.5}, {}, 400, "invalid-argument", "version"),
    ("POST", "/functions/F/rollback", {"version": -1}, {}, 400, "invalid-argument", "version"),
    ("POST", "/functions/F/invoke", {"body": 1}, {}, 400, "invalid-argument", "body"),
    ("POST", "/functions/F/invoke", {"headers": "a"}, {}, 400, "invalid-argument", "headers"),
    ("POST", "/functions/F/invoke", {"limits": ["1s"]}, {}, 400, "invalid-argument", "limits"),
    ("POST", "/functions/F/invoke", {"limits": {"cpu": True}}, {}, 400, "invalid-argument", "limits.cpu"),
    ("PUT", "/functions", {"functions": []}, {}, 400, "invalid-argument", "functions"),
    ("PUT", "/functions", {"functions": {"F": 1}}, {}, 400, "invalid-argument", ""),
    ("PUT", "/functions", {"functions": {}, "remove": "F"}, {}, 400, "invalid-argument", "remove"),
    # Out of range.
    ("PUT", "/functions/F", {"module": "sha256:xyz"}, {}, 400, "invalid-argument", "sha256"),
    ("PUT", "/functions/F", {"module": "md5:00"}, {}, 400, "invalid-argument", "module"),
    ("PATCH", "/functions/F", {"abi": "jsonp"}, {}, 400, "invalid-argument", "abi"),
    ("PATCH", "/functions/F", {"reuse": "always"}, {}, 400, "invalid-argument", "reuse"),
    ("PATCH", "/functions/F", {"state": "disk"}, {}, 400, "invalid-argument", "state"),
    ("PATCH", "/functions/F", {"routes": ["no-slash"]}, {}, 400, "invalid-argument", "no-slash"),
    ("PATCH", "/functions/F", {"routes": ["/a/*/b"]}, {}, 400, "invalid-argument", "/a/*/b"),
    ("PATCH", "/functions/F", {"routes": ["/a/../b"]}, {}, 400, "invalid-argument", ".."),
    ("PATCH", "/functions/F", {"routes": ["/:a/:a"]}, {}, 400, "invalid-argument", "/:a/:a"),
    ("PATCH", "/functions/F", {"routes": ["/.well-known/rockpool/x"]}, {}, 400, "invalid-argument", "well-known"),
    ("PATCH", "/functions/F", {"env": {"A=B": "1"}}, {}, 400, "invalid-argument", "env"),
    ("PATCH", "/functions/F", {"env": {"": "1"}}, {}, 400, "invalid-argument", "env"),
    ("PATCH", "/functions/F", {"env": {"A": "a\0b"}}, {}, 400, "invalid-argument", "env"),
    ("PATCH", "/functions/F", {"limits": {"wall": "0s"}}, {}, 400, "invalid-argument", "wall"),
    ("PATCH", "/functions/F", {"limits": {"wall": "forever"}}, {}, 400, "invalid-argument", "wall"),
    ("PATCH", "/functions/F", {"limits": {"cpu": "-1s"}}, {}, 400, "invalid-argument", "cpu"),
    ("PATCH", "/functions/F", {"limits": {"memory": "1KiB"}}, {}, 400, "invalid-argument", "memory"),
    ("PATCH", "/functions/F", {"limits": {"memory": "9TiB"}}, {}, 400, "invalid-argument", "memory"),
    ("PATCH", "/functions/F", {"limits": {"concurrency": 0}}, {}, 400, "invalid-argument", "concurrency"),
    ("PATCH", "/functions/F", {"limits": {"queue": -1}}, {}, 400, "invalid-argument", "queue"),
    ("PATCH", "/functions/F", {"limits": {"queue-wait": "2h"}}, {}, 400, "invalid-argument", "queue-wait"),
    ("PATCH", "/functions/F", {"limits": {"body": "lots"}}, {}, 400, "invalid-argument", "body"),
    ("PATCH", "/functions/F", {"limits": {"response": "-1"}}, {}, 400, "invalid-argument", "response"),
    ("PATCH", "/functions/F", {"limits": {"log": "2GiB"}}, {}, 400, "invalid-argument", "log"),
    ("POST", "/functions/F/rollback", {"version": 99}, {}, 404, "version-not-found", "99"),
    ("DELETE", "/functions/F/states/@nobody", None, {}, 404, "not-found", "@nobody"),
    ("DELETE", "/functions/F/states/nobody", None, {}, 400, "invalid-argument", "@"),
    ("POST", "/functions/F/invoke", {"body": "a", "args": []}, {}, 400, "invalid-argument", ""),
    ("POST", "/functions/F/invoke", {"limits": {"wall": "0s"}}, {}, 400, "invalid-argument", "wall"),
    ("POST", "/functions/F/invoke", {"body_base64": "?"}, {}, 400, "invalid-argument", "body_base64"),
    ("POST", "/functions/F/invoke", {"path": "no-slash"}, {}, 400, "invalid-argument", "path"),
    ("POST", "/functions/F/invoke", {"method": "G T"}, {}, 400, "invalid-argument", "method"),
    ("POST", "/functions/F/invoke", {"headers": {"a b": "c"}}, {}, 400, "invalid-argument", "a b"),
    ("POST", "/functions/F/invoke", {"headers": {"a": "b\r\nc"}}, {}, 400, "invalid-argument", ""),
    ("POST", "/functions/F/invoke", {"headers": {"Content-Length": "9"}}, {}, 400, "invalid-argument", ""),
    ("PUT", "/functions", {"functions": {"NO": {"module": "M"}}}, {}, 422, "name-invalid", "NO"),
    # Of another kind.
    ("PUT", "/functions/F", "{}", {"Content-Type": "text/plain"}, 415, "unsupported-media-type", "application/wasm"),
    ("PUT", "/functions/F", "{}", {}, 415, "unsupported-media-type", ""),
    ("PATCH", "/functions/F", "{}", {"Content-Type": "application/wasm"}, 415, "unsupported-media-type", ""),
    ("POST", "/functions/F/rollback", "{}", {"Content-Type": "text/plain"}, 415, "unsupported-media-type", ""),
    # Huge.
    ("PATCH", "/functions/F", b'{"a":"' + b"a" * (17 << 20) + b'"}', JSON, 413, "body-too-large", ""),
    # Queries.
    ("GET", "/functions?limits=1", None, {}, 400, "unknown-field", "limit"),
    ("GET", "/functions/F/logs?tail=x", None, {}, 400, "invalid-argument", "tail"),
    ("GET", "/functions/F/logs?since=yesterday", None, {}, 400, "invalid-argument", "since"),
    ("GET", "/functions/F/logs?until=x", None, {}, 400, "invalid-argument", "until"),
    ("GET", "/functions/F/logs?follow=maybe", None, {}, 400, "invalid-argument", "follow"),
    ("GET", "/functions/F/logs?fellow=1", None, {}, 400, "unknown-field", "follow"),
    ("DELETE", "/functions/F?dta=delete", None, {}, 400, "unknown-field", "data"),
    ("DELETE", "/functions/F?data=maybe", None, {}, 400, "invalid-argument", "data"),
    ("PUT", "/functions/F?dry_run=maybe", "sum", WASM, 400, "invalid-argument", "dry_run"),
    ("PUT", "/functions/F?dryrun=1", "sum", WASM, 400, "unknown-field", "dry_run"),
    ("POST", "/modules?x=1", "sum", WASM, 400, "unknown-field", "x"),
    ("GET", "/modules/sha256:00", None, {}, 400, "invalid-argument", ""),
    # Not there.
    ("GET", "/nothing", None, {}, 404, "not-found", ""),
    ("GET", "/functions/F/nothing", None, {}, 404, "not-found", ""),
    ("GET", "/functions/nobody", None, {}, 404, "function-not-found", "nobody"),
    ("PATCH", "/functions/nobody", {}, {}, 404, "function-not-found", "nobody"),
    ("DELETE", "/functions/nobody", None, {}, 404, "function-not-found", "nobody"),
    ("POST", "/functions/nobody/rollback", {}, {}, 404, "function-not-found", "nobody"),
    # Not how.
    ("DELETE", "/functions", {}, {}, 405, "method-not-allowed", ""),
    ("POST", "/functions/F", {}, {}, 405, "method-not-allowed", ""),
    ("GET", "/functions/F/rollback", None, {}, 405, "method-not-allowed", ""),
    ("DELETE", "/functions/F/versions", None, {}, 405, "method-not-allowed", ""),
    ("GET", "/functions/F/invoke", None, {}, 405, "method-not-allowed", ""),
    ("POST", "/functions/F/logs", {}, {}, 405, "method-not-allowed", ""),
    ("GET", "/modules", None, {}, 405, "method-not-allowed", ""),
    ("DELETE", "/modules/sha256:" + "0" * 64, None, {}, 405, "method-not-allowed", ""),
    ("PUT", "/info", {}, {}, 405, "method-not-allowed", ""),
]  # fmt: skip


def describe(row):
    method, path, body, headers, *_ = row
    text = "" if body is None else (body if isinstance(body, str) else json.dumps(body, default=repr))
    kind = headers.get("Content-Type", "")
    return f"{method} {path} {text[:48]} {kind}".replace("\0", "")


@pytest.fixture(scope="module")
def function(shared_server):
    """The function that nothing of this may change."""
    name = "unchanged"
    shared_server.deploy(name, "sum", limits={"wall": "9s"}, env={"A": "1"})
    return name


@pytest.mark.parametrize("row", DOCUMENTS, ids=describe)
def test_bad_input_is_refused_and_changes_nothing(server, function, row):
    method, path, body, headers, status, code, detail = row
    path = "/v1" + path.replace("/F", f"/{function}")
    if body == "sum":
        body = guest("sum")
    if isinstance(body, dict):
        body = json.loads(json.dumps(body).replace('"F"', f'"{function}"'))
    before = state(server, function)

    answer = server.call(method, path, body, headers)

    assert (answer.status, answer.code) == (status, code), answer.text
    assert detail in answer.detail
    if status == 405:
        assert answer.header("allow")
    assert state(server, function) == before


def state(server, function):
    listed = [f["name"] for f in server.call("GET", "/v1/functions?limit=1000").json()["functions"]]
    shown = server.call("GET", f"/v1/functions/{function}")
    versions = server.call("GET", f"/v1/functions/{function}/versions")
    return listed, shown.header("etag"), shown.body, versions.body


@pytest.mark.parametrize("bad", BAD_NAMES)
@pytest.mark.parametrize(
    "method, behind",
    [("PUT", ""), ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/versions"), ("GET", "/logs"),
     ("POST", "/rollback"), ("POST", "/invoke")],
)  # fmt: skip
def test_a_bad_name_is_told_by_every_call(server, bad, method, behind):
    body, headers = None, {}
    if method == "PUT":
        body, headers = guest("sum"), WASM
    elif method in ("PATCH", "POST"):
        body = {}
    raw = bad.encode().decode("latin-1")

    answer = server.call(method, f"/v1/functions/{raw}{behind}", body, headers)

    assert (answer.status, answer.code) in [(422, "name-invalid"), (400, "bad-request")], answer.text
    if bad not in ("%00", "%2e%2e", "ü"):
        assert answer.code == "name-invalid"


def test_names_of_every_good_form_are_taken(server):
    for good in ("a", "0", "a-b_c", "a" * 63):
        assert server.try_deploy(good, "sum").status == 201
        assert server.request("POST", f"/{good}", "[1,2]").json() == [3]
        server.call("DELETE", f"/v1/functions/{good}")
