"""A server starts at once, whatever it holds, and stops without a request lost."""

import statistics
import time
from pathlib import Path

import pytest

from testbed import ConnectionEnded, Server, eventually, guest, run_cli
from testbed.wasm import answers

WASM = {"Content-Type": "application/wasm"}
FUNCTIONS = 1000
MODULES = 40
COMPILES = "rockpool_compile_duration_seconds_count"


@pytest.fixture(scope="module")
def thousand(tmp_path_factory):
    """The data directory of a server with a thousand functions of forty modules."""
    data = tmp_path_factory.mktemp("thousand") / "data"
    with Server(data) as server:
        digests = []
        for number in range(MODULES):
            stored = server.call("POST", "/v1/modules", answers(number), WASM)
            digests.append(stored.json()["digest"])
        functions = {f"f{n}": {"module": digests[n % MODULES]} for n in range(FUNCTIONS)}
        done = server.call("PUT", "/v1/functions", {"functions": functions})
        assert done.status == 200, done.text
        assert server.stop() == 0
    return data


def test_a_thousand_functions_start_in_two_seconds(thousand):
    took = []
    for _ in range(3):
        begun = time.monotonic()
        with Server(thousand) as server:
            took.append(time.monotonic() - begun)
            page = server.call("GET", "/v1/functions?limit=1000").json()
            assert len(page["functions"]) == FUNCTIONS
            assert server.stop() == 0

    assert min(took) < 2, took


def test_the_first_answer_after_a_start_is_quick_and_compiles_nothing(thousand):
    took = []
    with Server(thousand) as server, server.connect() as connection:
        for number in range(MODULES):
            begun = time.monotonic()
            answer = connection.request("GET", f"/f{number}")
            took.append(time.monotonic() - begun)
            assert answer.json() == [number]
        assert server.metrics().get(COMPILES, 0) == 0

    assert statistics.median(took) < 0.005, took


def test_a_stop_lets_requests_end(start_server):
    server = start_server()
    server.deploy("slow", "cgi_slow")
    with server.connect() as running, server.connect() as idle:
        assert idle.request("GET", "/nobody").status == 404
        running.send_request("GET", "/slow?ms=1500")
        head = running.read_head()
        pieces = running.body_pieces(head)
        body = next(pieces)

        server.terminate()
        eventually(lambda: refuses_connections(server))
        assert idle.is_closed_by_peer()
        body += b"".join(pieces)

    assert body == b"first\nrest\n"
    assert server.wait() == 0


def refuses_connections(server):
    try:
        server.connect().close()
    except (ConnectionRefusedError, ConnectionResetError):
        # Reset: the listener closed while the handshake was on its way.
        return True
    return False


def test_probes_see_the_stop_before_the_listeners_close(start_server):
    server = start_server("--drain-delay", "1s")
    server.deploy("f", "hello")
    assert server.call("GET", "/readyz").status == 200

    server.terminate()
    not_ready = eventually(lambda: server.call("GET", "/readyz").status == 503)
    still = server.get("/f")

    assert not_ready
    assert still.text == "Hello, world!"
    assert server.wait() == 0


def test_later_requests_on_open_connections_are_told(start_server):
    server = start_server()
    server.deploy("slow", "cgi_slow")
    with server.connect() as connection:
        connection.send_request("GET", "/slow?ms=1000")
        head = connection.read_head()
        pieces = connection.body_pieces(head)
        body = next(pieces)
        server.terminate()
        eventually(lambda: refuses_connections(server))
        connection.send_request("GET", "/slow?ms=0")
        body += b"".join(pieces)
        late = connection.read_answer()

    assert body == b"first\nrest\n"
    assert (late.status, late.code) == (503, "draining")
    assert late.header("retry-after")
    assert server.wait() == 0


def test_a_second_signal_ends_at_once(start_server):
    server = start_server()
    server.deploy("slow", "cgi_slow")
    with server.connect() as connection:
        connection.send_request("GET", "/slow?ms=25000")
        connection.read_head()
        server.terminate()
        eventually(lambda: refuses_connections(server))

        begun = time.monotonic()
        server.terminate()
        server.wait()

    assert time.monotonic() - begun < 10
    assert server.process.returncode != 0


def test_a_deploy_that_runs_is_finished_by_a_stop(start_server):
    server = start_server()
    with server.connect_control() as connection:
        headers = {**WASM, "Accept": "application/x-ndjson"}
        connection.send_request("PUT", "/v1/functions/f", guest("echo"), headers)
        head = connection.read_head()
        pieces = connection.body_pieces(head)
        told = next(pieces)
        server.terminate()
        try:
            told += b"".join(pieces)
        except ConnectionEnded:
            pass
    assert server.wait() == 0

    second = start_server()
    if b'"status":201' in told:
        assert second.request("POST", "/f", "echoed").text == "echoed"
    else:
        assert second.function("f") is None or second.request("POST", "/f", "x").text == "x"


def children_of(pid):
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def test_a_compile_worker_ends_with_its_server(start_server):
    server = start_server()
    with server.connect_control() as connection:
        connection.send_request("PUT", "/v1/functions/f", guest("compiles_slowly"), WASM)
        (worker,) = eventually(lambda: children_of(server.pid), what="a compile worker")

        server.kill()

    eventually(lambda: has_ended(worker), what="the end of the compile worker")


def has_ended(pid):
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


def test_a_busy_port_is_told_with_the_flag_to_change(start_server, tmp_path):
    server = start_server()
    for flag, address in (("--ingress", server.ingress), ("--control", server.control)):
        other = "--control" if flag == "--ingress" else "--ingress"
        taken = f"{address[0]}:{address[1]}"

        done = run_cli("serve", flag, taken, other, "127.0.0.1:0", "--data", tmp_path / "other")

        assert done.returncode == 1
        assert flag in done.stderr
        assert taken in done.stderr
