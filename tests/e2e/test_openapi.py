"""The server's own description of its API holds for what it really answers."""

import json

import jsonschema
import pytest
from openapi import Contract

from testbed import Server, guest

WASM = {"Content-Type": "application/wasm"}
# Calls as (method, path, body, headers, status), in order, of functions `one` and `two`.
CALLS = [
    ("GET", "/healthz", None, {}, 200),
    ("GET", "/readyz", None, {}, 200),
    ("GET", "/metrics", None, {}, 200),
    ("GET", "/openapi.json", None, {}, 200),
    ("GET", "/v1/info", None, {}, 200),
    ("GET", "/v1/functions", None, {}, 200),
    ("POST", "/v1/modules", "sum", WASM, 200),
    ("POST", "/v1/modules", "hello", WASM, 200),
    ("POST", "/v1/modules", "no_entry_point", WASM, 200),
    ("POST", "/v1/modules", b"nothing", WASM, 422),
    ("PUT", "/v1/functions/one", "sum", WASM, 201),
    ("PUT", "/v1/functions/one", "sum", WASM, 200),
    ("PUT", "/v1/functions/two", "imports_mystery", WASM, 422),
    ("PUT", "/v1/functions/two", "all_wit_types", WASM, 201),
    ("PUT", "/v1/functions/three", "uses_resources", WASM, 201),
    ("PUT", "/v1/functions/four", "echo_string", WASM, 201),
    ("POST", "/v1/functions/four/invoke", {"args": {"a": "b"}}, {}, 200),
    ("PUT", "/v1/functions/two?dry_run=1", "hello", WASM, 200),
    ("PUT", "/v1/functions/two", "hello", {**WASM, "If-None-Match": "*"}, 412),
    ("PUT", "/v1/functions/two", "hello", {"Content-Type": "text/plain"}, 415),
    ("PUT", "/v1/functions/two", {"module": "sha256:" + "0" * 64}, {}, 404),
    ("PUT", "/v1/functions/two", {"modul": "x"}, {}, 400),
    ("PUT", "/v1/functions/UPPER", "hello", WASM, 422),
    ("PATCH", "/v1/functions/one", {"limits": {"wall": "5s"}, "labels": {"a": "b"}}, {}, 200),
    ("PATCH", "/v1/functions/one", {"routes": ["/one/*", "a.test/:x/*"]}, {}, 200),
    ("PATCH", "/v1/functions/two", {"routes": ["/one/*"]}, {}, 409),
    ("PATCH", "/v1/functions/nobody", {}, {}, 404),
    ("PUT", "/v1/functions", {"functions": {}}, {}, 200),
    ("PUT", "/v1/functions", {"functions": {"x": {}}}, {}, 400),
    ("GET", "/v1/functions", None, {}, 200),
    ("GET", "/v1/functions?limit=1", None, {}, 200),
    ("GET", "/v1/functions?limit=x", None, {}, 400),
    ("GET", "/v1/functions/one", None, {}, 200),
    ("GET", "/v1/functions/two", None, {}, 200),
    ("GET", "/v1/functions/three", None, {}, 200),
    ("GET", "/v1/functions/nobody", None, {}, 404),
    ("GET", "/v1/functions/one/versions", None, {}, 200),
    ("GET", "/v1/functions/nobody/versions", None, {}, 404),
    ("POST", "/v1/functions/one/rollback", {}, {}, 200),
    ("POST", "/v1/functions/one/rollback", {"version": 99}, {}, 404),
    ("POST", "/v1/functions/one/invoke", {"args": [1, 2]}, {}, 200),
    ("POST", "/v1/functions/one/invoke", {"args": ["x"]}, {}, 200),
    ("POST", "/v1/functions/one/invoke", {"args": [1, 2], "limits": {"cpu": "1s", "body": 64}}, {}, 200),
    ("POST", "/v1/functions/one/invoke", {"wrong": 1}, {}, 400),
    ("POST", "/v1/functions/one/invoke", {"limits": {"queue": 1}}, {}, 400),
    ("POST", "/v1/functions/nobody/invoke", {}, {}, 404),
    ("GET", "/v1/functions/one/logs", None, {}, 200),
    ("GET", "/v1/functions/nobody/logs", None, {}, 404),
    ("GET", "/v1/modules/sha256:" + "0" * 64, None, {}, 404),
    ("GET", "/v1/modules/nonsense", None, {}, 400),
    ("PATCH", "/v1/functions/one", {"state": "memory"}, {}, 200),
    ("POST", "/v1/functions/one/invoke", {"args": [1, 2]}, {}, 200),
    ("GET", "/v1/functions/one/states", None, {}, 200),
    ("GET", "/v1/functions/one/states?limit=x", None, {}, 400),
    ("GET", "/v1/functions/nobody/states", None, {}, 404),
    ("DELETE", "/v1/functions/one/states/@", None, {}, 204),
    ("DELETE", "/v1/functions/one/states/@", None, {}, 404),
    ("DELETE", "/v1/functions/one/states/x", None, {}, 400),
    ("DELETE", "/v1/functions/one", None, {"If-Match": '"x"'}, 412),
    ("DELETE", "/v1/functions/one", None, {}, 204),
    ("DELETE", "/v1/functions/one", None, {}, 404),
]  # fmt: skip


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """Every call made, with its answer, and the contract that each was checked against."""
    with Server(tmp_path_factory.mktemp("openapi") / "data") as server:
        contract = Contract(server.call("GET", "/openapi.json").json())
        answers = []
        for method, path, body, headers, status in CALLS:
            module = guest(body) if isinstance(body, str) else body
            answers.append((method, path, status, server.call(method, path, module, headers)))
        digest = server.function("two")["digest"]
        path = f"/v1/modules/{digest}"
        answers.append(("GET", path, 200, server.call("GET", path)))
        path = "/v1/functions"
        foreign = {"module": digest, "origin": {"dialect": "wess", "name": "theirs"}}
        for body, headers, status in [
            (foreign, {}, 201),
            (foreign, {}, 200),
            (foreign, {"If-None-Match": "*"}, 412),
            ({"module": digest}, {}, 400),
        ]:
            answers.append(("POST", path, status, server.call("POST", path, body, headers)))
        tag = server.call("GET", "/v1/functions/two").header("etag")
        path = "/v1/functions/two"
        known = server.call("GET", path, None, {"If-None-Match": tag})
        answers.append(("GET", path, 304, known))
        yield contract, answers


def test_the_document_is_an_openapi_document(seen):
    contract, _ = seen

    assert contract.document["openapi"].startswith("3.1.")
    for schema in contract.document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    ids = [
        operation["operationId"]
        for path in contract.document["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    assert len(ids) == len(set(ids))


def test_every_answer_is_as_documented(seen):
    contract, answers = seen

    for method, path, status, answer in answers:
        assert answer.status == status, f"{method} {path}: {answer.text}"
        contract.check(method, path, answer)


def test_every_documented_call_was_made(seen):
    contract, answers = seen
    made = {(method, contract.template_of(path.split("?")[0])) for method, path, _, _ in answers}

    assert contract.operations() - made == set()


def test_progress_is_as_documented(server, name):
    contract = Contract(server.call("GET", "/openapi.json").json())
    schema = {"$ref": "#/components/schemas/ProgressLine"}
    headers = {**WASM, "Accept": "application/x-ndjson"}

    for module in ("hello", "imports_mystery"):
        answer = server.call("PUT", f"/v1/functions/{name}", guest(module), headers)
        for line in answer.text.splitlines():
            contract.check_schema(schema, json.loads(line))


def test_log_records_are_as_documented(server, name):
    document = server.call("GET", "/openapi.json").json()
    contract = Contract(document)
    server.deploy(name, "logs")
    server.get(f"/{name}")
    logs = document["paths"]["/v1/functions/{name}/logs"]["get"]["responses"]["200"]
    schema = logs["content"]["application/x-ndjson"]["schema"]

    records = server.logs(name)

    assert len(records) >= 2
    for record in records:
        contract.check_schema(schema, record)
