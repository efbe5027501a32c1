"""Functions call functions: in process, under grant, within the caller's time, and no deeper than 8."""

import json
import threading

import pytest

from testbed import Connection, Server, eventually

LONG = 20_000_000


def relay_to(callee, path="/", query=""):
    return f"?authority={callee}.rockpool.internal&path={path.replace('?', '%3F').replace('&', '%26')}{query}"


@pytest.fixture
def relay(server, new_name):
    """Deploys a guest and one that relays to it; gives both names."""

    def deploy(guest, limits=None, caller_limits=None, **settings):
        callee, caller = new_name(), new_name()
        server.deploy(callee, guest, limits=limits or {}, **settings)
        server.deploy(caller, "relays", grants={"call": [callee]}, limits=caller_limits or {})
        return caller, callee

    return deploy


def in_flight(server, name):
    return server.metrics().get(f'rockpool_invocations_in_flight{{function="{name}"}}', 0)


def outcomes(server, name):
    """Calls that ended, by trigger and outcome."""
    counts = {}
    for sample, value in server.metrics().items():
        if sample.startswith("rockpool_invocations_total") and f'function="{name}"' in sample:
            labels = dict(part.split("=") for part in sample[sample.index("{") + 1 : -1].split(","))
            counts[labels["trigger"].strip('"'), labels["outcome"].strip('"')] = value
    return counts


def test_a_component_calls_another_and_hands_its_answer_on(server, relay):
    caller, callee = relay("hello")

    answer = server.get(f"/{caller}{relay_to(callee)}")

    assert (answer.status, answer.text) == (200, "Hello, world!")
    assert outcomes(server, callee) == {("http", "ok"): 1}


def test_the_callee_sees_the_request_as_its_own_host(server, relay):
    caller, callee = relay("headers_back")

    seen = server.get(f"/{caller}{relay_to(callee, '/a/b?x=1')}").text

    assert "method: POST\n" in seen
    assert "path: /a/b?x=1\n" in seen
    assert f"authority: {callee}.rockpool.internal\n" in seen


def test_a_typed_function_is_called_by_its_export(server, relay):
    caller, callee = relay("sum")

    answer = server.request("POST", f"/{caller}{relay_to(callee, '/sum')}", b"[12, 43]")

    assert (answer.status, answer.text) == (200, "[55]")


def test_a_command_is_called_with_its_meta_variables(server, relay):
    caller, callee = relay("cgi_env")

    seen = server.get(f"/{caller}{relay_to(callee, '/below?q=1')}").text

    assert "SCRIPT_NAME=\n" in seen
    assert "PATH_INFO=/below\n" in seen
    assert f"SERVER_NAME={callee}.rockpool.internal\n" in seen


def test_a_call_that_is_not_granted_is_denied_and_told(server, new_name):
    caller, callee = new_name(), new_name()
    server.deploy(callee, "hello")
    server.deploy(caller, "relays")

    answer = server.get(f"/{caller}{relay_to(callee)}")

    assert answer.text == "error: HTTP-request-denied"
    assert outcomes(server, callee) == {}
    said = [r["message"] for r in server.logs(caller) if r["stream"] == "platform"]
    assert any(f'call = ["{callee}"]' in line for line in said), said


@pytest.mark.parametrize(
    "authority", ["127.0.0.1:9", "example.com", "rockpool.internal", "a.rockpool.internal.example.com"]
)
def test_nothing_else_can_be_reached(server, name, authority):
    server.deploy(name, "relays", grants={"call": ["*"]})

    assert server.get(f"/{name}?authority={authority}").text == "error: HTTP-request-denied"


def test_a_grant_may_name_many_by_their_beginning(server, new_name):
    caller, callee = new_name(), new_name()
    server.deploy(callee, "hello")
    server.deploy(caller, "relays", grants={"call": ["fn-*"]})

    assert server.get(f"/{caller}{relay_to(callee)}").text == "Hello, world!"
    assert server.get(f"/{caller}{relay_to('other')}").text == "error: HTTP-request-denied"


def test_a_grant_is_given_and_taken_while_the_function_lives(server, new_name):
    caller, callee = new_name(), new_name()
    server.deploy(callee, "hello")
    assert server.deploy(caller, "relays")["grants"] == {"call": []}
    patch = {"Content-Type": "application/merge-patch+json"}

    given = server.call("PATCH", f"/v1/functions/{caller}", '{"grants": {"call": ["%s"]}}' % callee, patch)
    allowed = server.get(f"/{caller}{relay_to(callee)}").text
    taken = server.call("PATCH", f"/v1/functions/{caller}", '{"grants": null}', patch)
    denied = server.get(f"/{caller}{relay_to(callee)}").text

    assert given.json()["grants"] == {"call": [callee]}
    assert allowed == "Hello, world!"
    assert taken.json()["grants"] == {"call": []}
    assert denied == "error: HTTP-request-denied"


def test_the_command_line_grants_and_shows(server, new_name, tmp_path):
    caller = new_name()

    done = server.cli("deploy", "@hello", "--name", caller, "--grant", "call=other", "--grant", "call=api-*")
    shown = server.cli("show", caller).stdout
    unknown = server.cli("deploy", "@hello", "--name", caller, "--grant", "kv=all")
    changed = server.cli("set", caller, "grants.call=")

    assert done.returncode == 0, done.stderr
    assert "other, api-*" in shown
    assert unknown.returncode == 2
    assert "grants.kv" in unknown.stderr
    assert changed.returncode == 0, changed.stderr
    assert server.function(caller)["grants"] == {"call": []}


def test_a_manifest_grants(server, new_name, tmp_path):
    caller = new_name()
    (tmp_path / "rockpool.toml").write_text(
        f'[function.{caller}]\nmodule = "@hello"\n[function.{caller}.grants]\ncall = ["other"]\n'
    )

    done = server.cli("deploy", "-f", "rockpool.toml", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert server.function(caller)["grants"] == {"call": ["other"]}


def test_a_function_that_is_not_there_is_not_found(server, name):
    server.deploy(name, "relays", grants={"call": ["*"]})

    assert server.get(f"/{name}{relay_to('nobody')}").text == "error: destination-not-found"
    assert server.get(f"/{name}{relay_to('-no-name-')}").text == "error: destination-not-found"


@pytest.mark.parametrize(
    "guest, limits, status, code",
    [
        ("traps", {}, 500, "guest-trap"),
        ("spins_forever", {"cpu": "50ms"}, 504, "limit-cpu"),
        ("sleeps", {"wall": "50ms"}, 504, "limit-wall"),
        ("answers_with_error", {}, 502, "bad-guest-response"),
    ],
)
def test_what_the_callee_did_wrong_is_told_as_over_the_ingress(server, relay, guest, limits, status, code):
    caller, callee = relay(guest, limits)

    answer = server.get(f"/{caller}{relay_to(callee, '/?ms=60000')}")

    assert answer.status == status
    assert json.loads(answer.text)["code"] == code
    assert outcomes(server, callee) == {("http", code): 1}
    assert outcomes(server, caller) == {("http", "ok"): 1}


def test_a_callee_that_breaks_off_breaks_the_caller_s_read(server, relay):
    caller, callee = relay("answers_1gb", {"response": "1MiB"})

    answer = server.get(f"/{caller}{relay_to(callee)}")

    assert not answer.complete
    assert outcomes(server, callee) == {("http", "bad-guest-response"): 1}
    assert outcomes(server, caller) == {("http", "guest-trap"): 1}


def test_the_callee_s_own_body_limit_holds(server, relay):
    caller, callee = relay("counts_body", {"body": "1KiB"})

    answer = server.request("POST", f"/{caller}{relay_to(callee)}", b"x" * 100_000)

    assert answer.status == 413 or not answer.complete
    assert outcomes(server, callee) == {("http", "body-too-large"): 1}


def test_large_bodies_stream_both_ways(server, relay):
    caller, callee = relay("echo", {"body": "64MiB"}, {"body": "64MiB", "memory": "8MiB"})
    body = bytes(range(256)) * (LONG // 256)

    with server.connect() as connection:
        request = ("POST", f"/{caller}{relay_to(callee)}", body)
        sender = threading.Thread(target=connection.send_request, args=request)
        sender.start()  # nobody holds all of it: it comes back while it is sent
        answer = connection.read_answer("POST")
        sender.join()

    assert answer.status == 200
    assert answer.body == body


def test_an_answer_is_made_no_faster_than_it_is_taken(server, relay):
    caller, callee = relay("answers_1gb")
    before = server.resident_bytes()

    with Connection(server.ingress) as connection:
        connection.send(f"GET /{caller}{relay_to(callee)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        eventually(lambda: in_flight(server, callee) == 1)
        grown = server.resident_bytes() - before

    assert grown < 100 << 20
    eventually(lambda: in_flight(server, callee) == 0 and in_flight(server, caller) == 0)


def test_a_function_that_calls_itself_ends_with_loop_detected(server, name):
    server.deploy(name, "calls_itself", grants={"call": [name]})

    answer = server.get(f"/{name}?name={name}")

    assert answer.text.split(": ") == ["8 calls deep", "loop-detected"]
    assert outcomes(server, name) == {("http", "ok"): 9}


def test_a_function_that_waits_for_itself_does_not_hang(server, name):
    server.deploy(
        name, "calls_itself", grants={"call": [name]}, limits={"concurrency": 1, "queue-wait": "50ms"}
    )

    answer = server.get(f"/{name}?name={name}")

    assert answer.text == "status 503"
    assert in_flight(server, name) == 0
    assert server.get(f"/{name}?name=nobody").text == "0 calls deep: HTTP-request-denied"


def test_a_callee_ends_when_its_caller_s_time_is_over(server, relay):
    caller, callee = relay("sleeps", {"wall": "60s"}, {"wall": "300ms"})

    answer = server.get(f"/{caller}{relay_to(callee, '/?ms=60000')}")

    assert (answer.status, answer.code) == (504, "limit-wall")
    eventually(lambda: in_flight(server, callee) == 0, timeout=5)
    ended = eventually(lambda: outcomes(server, callee))
    assert set(ended) <= {("http", "limit-wall"), ("http", "cancelled")}


def test_a_caller_waits_for_the_first_byte_as_long_as_it_says(server, relay):
    caller, callee = relay("sleeps", limits={"wall": "60s"}, caller_limits={"wall": "60s"})

    answer = server.get(f"/{caller}{relay_to(callee, '/?ms=50000', '&first-byte-ms=50')}")

    assert answer.text == "error: connection-read-timeout"
    eventually(lambda: in_flight(server, callee) == 0, what="the callee's end")
    in_time = server.get(f"/{caller}{relay_to(callee, '/?ms=1', '&first-byte-ms=50000')}")
    assert (in_time.status, in_time.text) == (200, "slept")


def test_a_caller_waits_between_bytes_as_long_as_it_says(server, relay):
    caller, callee = relay("drips", limits={"wall": "60s"}, caller_limits={"wall": "60s"})

    slow = server.get(f"/{caller}{relay_to(callee, '/?count=2&ms=50000', '&between-bytes-ms=50')}")

    assert (slow.complete, slow.text) == (False, "1\n")
    eventually(lambda: in_flight(server, callee) == 0, what="the callee's end")
    in_time = server.get(f"/{caller}{relay_to(callee, '/?count=5&ms=1', '&between-bytes-ms=50000')}")
    assert in_time.text == "1\n2\n3\n4\n5\n"


def test_a_callee_ends_when_its_caller_s_client_goes_away(server, relay):
    caller, callee = relay("sleeps")

    with Connection(server.ingress) as connection:
        path = f"/{caller}{relay_to(callee, '/?ms=60000')}"
        connection.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        eventually(lambda: in_flight(server, callee) == 1)

    eventually(lambda: in_flight(server, callee) == 0, timeout=10)
    assert eventually(lambda: outcomes(server, callee)) == {("http", "cancelled"): 1}


def test_a_callee_whose_answer_nobody_reads_is_ended(server, relay):
    caller, callee = relay("answers_1gb")

    answer = server.get(f"/{caller}{relay_to(callee, query='&give-up=1')}")

    assert answer.text == "gave up"
    eventually(lambda: in_flight(server, callee) == 0)


def test_a_callee_ends_when_its_caller_traps(server, new_name):
    caller, callee, other = new_name(), new_name(), new_name()
    server.deploy(callee, "sleeps")
    server.deploy(other, "hello")
    server.deploy(caller, "calls_many", grants={"call": [callee, other]})
    targets = f"authority={callee}.rockpool.internal&last={other}.rockpool.internal"

    answer = server.get(f"/{caller}?{targets}&query=ms=60000&count=2&trap=1")

    assert answer.code == "guest-trap"
    assert eventually(lambda: outcomes(server, callee)) == {("http", "cancelled"): 1}
    assert in_flight(server, callee) == 0


@pytest.mark.parametrize("reuse", ["fresh", "instance"])
def test_a_callee_ends_when_its_caller_ends_without_reading(server, new_name, reuse):
    caller, callee, other = new_name(), new_name(), new_name()
    server.deploy(callee, "sleeps")
    server.deploy(other, "hello")
    server.deploy(caller, "calls_many", grants={"call": [callee, other]}, reuse=reuse)
    targets = f"authority={callee}.rockpool.internal&last={other}.rockpool.internal"

    answer = server.get(f"/{caller}?{targets}&query=ms=60000&count=3")

    assert answer.text == "status 200"
    assert eventually(lambda: outcomes(server, callee)) == {("http", "cancelled"): 2}


def test_a_call_has_64_requests_open_at_once(server, new_name):
    caller, callee = new_name(), new_name()
    server.deploy(callee, "sleeps")
    server.deploy(caller, "calls_many", grants={"call": [callee]})

    answer = server.get(f"/{caller}?authority={callee}.rockpool.internal&query=ms=60000&count=65")

    assert answer.text == "error: connection-limit-reached"
    eventually(lambda: in_flight(server, callee) == 0)


def test_a_fan_out_that_waits_leaves_others_alone(server, new_name):
    caller, callee, other = new_name(), new_name(), new_name()
    server.deploy(callee, "sleeps", limits={"concurrency": 1, "queue": 4})
    server.deploy(other, "hello")
    server.deploy(caller, "calls_many", grants={"call": [callee]})

    with Connection(server.ingress) as connection:
        path = f"/{caller}?authority={callee}.rockpool.internal&query=ms=60000&count=2"
        connection.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        eventually(lambda: in_flight(server, callee) == 1)
        crowded = server.get(f"/{caller}?authority={callee}.rockpool.internal&query=ms=60000&count=60")
        free = server.get(f"/{other}")

    assert crowded.text == "status 503"
    assert free.text == "Hello, world!"
    eventually(lambda: in_flight(server, callee) == 0 and in_flight(server, caller) == 0)


def test_a_local_redirect_stays_within_the_function_that_was_called(server, new_name):
    caller, callee, other = new_name(), new_name(), new_name()
    server.deploy(callee, "cgi_redirect")
    server.deploy(other, "hello")
    server.deploy(caller, "relays", grants={"call": [callee]})

    answer = server.get(f"/{caller}{relay_to(callee, f'/?to=/{other}')}")

    assert outcomes(server, other) == {}
    assert answer.status == 502


def test_a_stop_lets_calls_end(start_server):
    server = start_server()
    server.deploy("callee", "sleeps")
    server.deploy("caller", "relays", grants={"call": ["callee"]})
    with server.connect() as connection:
        connection.send_request("GET", f"/caller{relay_to('callee', '/?ms=1500')}")
        eventually(lambda: in_flight(server, "callee") == 1)

        server.terminate()
        answer = connection.read_answer("GET")

    assert answer.text == "slept"
    assert server.wait() == 0


def test_logs_and_traces_of_both_join(server, relay):
    caller, callee = relay("logs")
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    for target in (callee, "not-granted"):
        server.get(f"/{caller}{relay_to(target)}", {"X-Request-Id": "mine", "traceparent": trace})

    for record in (server.logs(callee)[0], server.logs(caller)[0]):
        assert record["request_id"] == "mine"
        assert record["trace_id"] == "0af7651916cd43dd8448eb211c80319c"


def test_many_callers_at_once_all_get_their_answer(server, relay):
    caller, callee = relay("echo", {"concurrency": 2, "queue-wait": "20s"})
    answers = {}

    def call(number):
        body = f"{number}".encode() * 1000
        answer = server.request("POST", f"/{caller}{relay_to(callee)}", body)
        answers[number] = answer.status == 200 and answer.body == body

    threads = [threading.Thread(target=call, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == dict.fromkeys(range(40), True)


UPPER = 1 << 32


@pytest.fixture(scope="module")
def core_server(tmp_path_factory):
    """One with functions of the names that the core guest knows."""
    with Server(tmp_path_factory.mktemp("core") / "data") as server:
        server.deploy("sum", "sum")
        server.deploy("traps", "traps")
        server.deploy("answers_1gb", "answers_1gb")
        granted = ["calls_function", "sum", "traps", "answers_1gb", "nobody"]
        server.deploy("calls_function", "calls_function", grants={"call": granted})
        yield server


def results_of(server, export):
    answer = server.request("POST", f"/calls_function/{export}", b"[]")
    assert answer.status == 200, answer.text
    return answer.json()


def test_a_core_module_calls_a_function(core_server):
    result, answer = results_of(core_server, "adds")

    assert divmod(result, UPPER) == (200, 4)
    assert answer.to_bytes(8, "little", signed=True)[:4] == b"[55]"
    assert outcomes(core_server, "sum") == {("other", "ok"): 1}


def test_a_core_module_reads_what_had_no_room(core_server):
    result, answer = results_of(core_server, "reads_later")

    assert divmod(result, UPPER) == (200, 4)
    assert answer.to_bytes(8, "little", signed=True)[:4] == b"[55]"


@pytest.mark.parametrize(
    "export, status",
    [("not_granted", 403), ("nobody", 404), ("one_that_traps", 500), ("one_that_floods", 502), ("request_too_long", 413)],
)
def test_what_no_function_answered_is_negative(core_server, export, status):
    (result,) = results_of(core_server, export)

    assert result < 0
    assert -result // UPPER == status


@pytest.mark.parametrize("memory, status", [("8MiB", 413), ("16MiB", 502), ("32MiB", 200)])
def test_request_and_answer_count_as_the_caller_s_memory(start_server, memory, status):
    server = start_server()
    server.deploy("echo", "echo")
    server.deploy("calls", "calls_function", grants={"call": ["echo"]}, limits={"memory": memory})
    length = 5 << 20

    (result,) = server.request("POST", "/calls/of_length", f"[{length}]").json()

    assert abs(result) // UPPER == status
    assert (result > 0) == (status == 200)
    if status == 200:
        assert result % UPPER == length
    # What was kept is given back.
    eventually(lambda: server.metrics()["rockpool_guest_memory_bytes"] == 0, what="no memory in use")


def test_a_core_module_that_calls_itself_is_stopped(core_server):
    assert results_of(core_server, "to_itself") == [8]


def test_pointers_beyond_the_memory_trap(core_server):
    answer = core_server.request("POST", "/calls_function/out_of_bounds", b"[]")

    assert answer.code == "guest-trap"
    assert "out of bounds" in answer.detail


def test_a_component_calls_by_name(server, new_name):
    callee, caller = new_name(), new_name()
    server.deploy(callee, "sum")
    server.deploy(caller, "calls_by_name", grants={"call": [callee]})

    def call(function, request):
        return server.request("POST", f"/{caller}", json.dumps([function, request])).json()[0]

    assert call(f"{callee}/sum", "[12, 43]") == "[55]"
    failed = call("nobody", "")
    assert failed.startswith("failed: ")
    assert json.loads(failed.removeprefix("failed: "))["code"] == "call-denied"


@pytest.mark.parametrize("reuse", ["fresh", "instance"])
def test_nothing_of_a_call_is_left_for_the_next(server, new_name, reuse):
    callee, caller = new_name(), new_name()
    server.deploy(callee, "echo")
    server.deploy(caller, "relays", grants={"call": [callee]}, reuse=reuse)

    bodies = [b"first" * 20_000, b"", b"third"]
    answers = [server.request("POST", f"/{caller}{relay_to(callee)}", body).body for body in bodies]

    assert answers == bodies
