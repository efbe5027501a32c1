"""Who may talk to the control listener, and whose word counts about a caller."""

import json
import os
import re
import signal

import pytest

from testbed import eventually, guest, run_cli

WASM = {"Content-Type": "application/wasm"}


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:1", "null", "http://127.0.0.1"])
def test_pages_of_another_origin_are_denied(server, name, origin):
    read = server.call("GET", "/v1/functions", None, {"Origin": origin})
    write = server.call("PUT", f"/v1/functions/{name}", guest("sum"), {**WASM, "Origin": origin})

    for answer in (read, write):
        assert (answer.status, answer.code) == (403, "origin-denied")
    assert server.function(name) is None


def test_the_listeners_own_pages_are_served(server):
    host = f"127.0.0.1:{server.control[1]}"

    answer = server.call("GET", "/v1/functions", None, {"Origin": f"http://{host}"}, host=host)

    assert answer.status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8090", "127.0.0.1.evil.example"])
def test_unknown_hosts_are_misdirected(server, host):
    answer = server.call("GET", "/v1/functions", host=host)

    assert (answer.status, answer.code) == (421, "host-unknown")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8090", "[::1]:8090"])
def test_loopback_names_are_known(server, host):
    assert server.call("GET", "/v1/functions", host=host).status == 200


def test_a_listener_for_all_needs_a_token_file(tmp_path):
    done = run_cli("serve", "--control", "0.0.0.0:0", "--ingress", "127.0.0.1:0", "--data", tmp_path / "data")

    assert done.returncode != 0
    assert "--token-file" in done.stderr


@pytest.fixture
def token_file(tmp_path):
    file = tmp_path / "tokens"
    file.write_text("the-first-token-0123456789abcdef\n")
    file.chmod(0o600)
    return file


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_with_a_token_file_only_tokens_open(start_server, token_file):
    server = start_server("--token-file", token_file)
    good = bearer("the-first-token-0123456789abcdef")

    for wrong in ({}, bearer("wrong"), {"Authorization": "Basic eDp5"}, bearer("")):
        for method, path in (("GET", "/v1/functions"), ("GET", "/metrics"), ("PUT", "/v1/functions/f")):
            answer = server.call(method, path, None, wrong)
            assert (answer.status, answer.code) == (401, "unauthorized")
            assert answer.header("www-authenticate") == "Bearer"
    assert server.call("GET", "/v1/functions", None, good).status == 200
    assert server.call("GET", "/healthz").status == 200
    assert server.call("GET", "/v1/functions", None, good, host="any.example").status == 200


def test_the_command_line_sends_the_token(start_server, token_file):
    server = start_server("--token-file", token_file)

    without = server.cli("list")
    done = server.cli("list", ROCKPOOL_TOKEN="the-first-token-0123456789abcdef")

    assert without.returncode == 1
    assert "ROCKPOOL_TOKEN" in without.stderr
    assert done.returncode == 0, done.stderr


def test_tokens_are_read_again_on_sighup(start_server, token_file):
    server = start_server("--token-file", token_file)
    token_file.write_text("the-second-token-0123456789abcde\n")

    os.kill(server.pid, signal.SIGHUP)

    second = bearer("the-second-token-0123456789abcde")
    eventually(lambda: server.call("GET", "/v1/functions", None, second).status == 200)
    first = bearer("the-first-token-0123456789abcdef")
    assert server.call("GET", "/v1/functions", None, first).status == 401


def remote_address(server, headers):
    text = server.get("/env", headers).text
    return re.search(r"^REMOTE_ADDR=(.*)$", text, re.M).group(1)


def test_what_strangers_say_of_the_caller_does_not_count(server, name):
    server.deploy(name, "cgi_env")

    text = server.get(f"/{name}", {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}).text

    assert "REMOTE_ADDR=127.0.0.1\n" in text
    assert "HTTPS=" not in text


def test_what_trusted_proxies_say_counts(start_server):
    server = start_server("--trusted-proxies", "127.0.0.0/8,198.51.100.7")
    server.deploy("env", "cgi_env")

    assert remote_address(server, {"X-Forwarded-For": "203.0.113.9"}) == "203.0.113.9"
    assert remote_address(server, {"X-Forwarded-For": "6.6.6.6, 203.0.113.9, 198.51.100.7"}) == "203.0.113.9"
    assert remote_address(server, {"Forwarded": 'for="[2001:db8::1]:99";proto=https'}) == "2001:db8::1"
    assert "HTTPS=on\n" in server.get("/env", {"Forwarded": "for=203.0.113.9;proto=https"}).text
    assert remote_address(server, {"X-Forwarded-For": "nonsense"}) == "127.0.0.1"


def test_the_public_url_is_that_of_printed_urls(start_server):
    server = start_server("--public-url", "https://fn.example.test/")

    function = server.deploy("env", "cgi_env")

    assert function["url"] == "https://fn.example.test/env"
    text = server.get("/env").text
    assert "SERVER_NAME=fn.example.test\n" in text
    assert "SERVER_PORT=443\n" in text


def lines_of(server, mark):
    return [line for line in server.log().splitlines() if mark in line]


def test_the_access_log_tells_each_request_in_json(start_server):
    server = start_server("--access-log", "json")
    server.deploy("f", "hello")

    server.get("/f?x=1", {"X-Request-Id": "access-1", "User-Agent": 'a "quoted"\tagent'})
    server.get("/nobody", {"X-Request-Id": "access-2"})

    (line,) = eventually(lambda: lines_of(server, "access-1"))
    entry = json.loads(line)
    assert (entry["method"], entry["target"], entry["status"]) == ("GET", "/f?x=1", 200)
    assert entry["response_bytes"] == 13
    assert entry["client"].startswith("127.0.0.1")
    assert entry["user_agent"] == 'a "quoted"\tagent'
    assert json.loads(eventually(lambda: lines_of(server, "access-2"))[0])["status"] == 404


def test_the_access_log_tells_each_request_as_text(start_server):
    server = start_server("--access-log", "text")

    server.get("/nobody", {"X-Request-Id": "access-1"})

    (line,) = eventually(lambda: lines_of(server, "access-1"))
    assert re.match(r'127\.0\.0\.1\S* - - \[.*\] "GET /nobody HTTP/1.1" 404 \d+ ', line)


def test_there_is_no_access_log_unless_asked_for(server):
    server.get("/nobody", {"X-Request-Id": "not-in-the-log"})

    assert lines_of(server, "not-in-the-log") == []


def test_settings_come_from_flags_environment_and_file(start_server, tmp_path):
    config = tmp_path / "server.toml"
    config.write_text('public-url = "http://file.test"\naccess-log = "json"\n')
    server = start_server("--config", config, environment={"ROCKPOOL_PUBLIC_URL": "http://variable.test"})
    info = server.call("GET", "/v1/info").json()
    other = start_server(
        "--config", config, "--public-url", "http://flag.test", data="other",
        environment={"ROCKPOOL_PUBLIC_URL": "http://variable.test"},
    )  # fmt: skip

    assert info["public_url"] == "http://variable.test"
    assert other.call("GET", "/v1/info").json()["public_url"] == "http://flag.test"
    assert lines_of(server, '"target":"/v1/info"')


def test_a_variable_names_the_settings_file(start_server, tmp_path):
    config = tmp_path / "server.toml"
    config.write_text('public-url = "http://file.test"\n')

    server = start_server(environment={"ROCKPOOL_CONFIG": str(config)})

    assert server.call("GET", "/v1/info").json()["public_url"] == "http://file.test"


@pytest.mark.parametrize(
    "text, told",
    [("ingres = 'x'", "ingress"), ("reactors = 'many'", "reactors"), ("= 1", "server.toml:1")],
)
def test_a_bad_settings_file_is_told(tmp_path, text, told):
    (tmp_path / "server.toml").write_text(text)

    done = run_cli("serve", "--config", tmp_path / "server.toml", "--data", tmp_path / "data")

    assert done.returncode == 2
    assert told in done.stderr


def test_a_variable_that_is_nearly_a_setting_is_told(tmp_path):
    done = run_cli("serve", "--data", tmp_path / "data", ROCKPOOL_INGRES="127.0.0.1:0")

    assert done.returncode == 2
    assert "ROCKPOOL_INGRESS" in done.stderr
