"""Calls through the control API answer as the ingress would, and say what they cost."""

import base64


def invoke(server, name, document):
    answer = server.call("POST", f"/v1/functions/{name}/invoke", document)
    assert answer.status == 200, answer.text
    return answer.json()


def test_a_typed_export_gives_results(server, name):
    server.deploy(name, "sum")

    result = invoke(server, name, {"export": "sum", "args": [12, 43]})

    assert result["status"] == 200
    assert result["results"] == [55]
    assert result["duration_us"] > 0


def test_the_only_export_need_not_be_named(server, name):
    server.deploy(name, "sum")

    assert invoke(server, name, {"args": [1, 2]})["results"] == [3]


def test_a_body_goes_in_and_comes_out(server, name):
    server.deploy(name, "echo")

    result = invoke(server, name, {"body": "text ü"})

    assert result["body"] == "text ü"
    assert ["content-type", "application/octet-stream"] in lower(result["headers"])
    assert result["memory_peak_bytes"] > 0


def test_bytes_that_are_no_text_travel_as_base64(server, name):
    server.deploy(name, "echo")
    encoded = base64.b64encode(bytes(range(256))).decode()

    result = invoke(server, name, {"body_base64": encoded})

    assert result["body_base64"] == encoded
    assert "body" not in result


def test_method_path_and_headers_are_the_callers(server, name):
    server.deploy(name, "headers_back")

    result = invoke(
        server, name, {"method": "DELETE", "path": f"/{name}/x?y=1", "headers": {"X-Mine": "1"}}
    )

    assert "method: DELETE\n" in result["body"]
    assert f"path: /{name}/x?y=1\n" in result["body"]
    assert "header x-mine: 1\n" in result["body"]


def test_what_the_call_logged_comes_with_it(server, name):
    server.deploy(name, "logs")

    result = invoke(server, name, {})

    assert {record["message"] for record in result["logs"]} >= {"to stdout", "to stderr"}


def test_a_failed_call_is_told_as_the_ingress_tells_it(server, name):
    server.deploy(name, "traps")

    result = invoke(server, name, {})

    assert result["status"] == 500
    assert '"code":"guest-trap"' in result["body"]


def test_bad_arguments_are_told_as_the_ingress_tells_them(server, name):
    server.deploy(name, "sum")

    result = invoke(server, name, {"args": ["x", 1]})

    assert result["status"] == 400
    assert "bad-arguments" in result["body"]


def test_a_function_that_is_not_there_is_404(server):
    answer = server.call("POST", "/v1/functions/nobody/invoke", {})

    assert (answer.status, answer.code) == (404, "function-not-found")


def lower(headers):
    return [[name.lower(), value] for name, value in headers]
