"""Runs every case of the `.case` files beside it; README.md says how they read."""

import hashlib
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from case import misfits, read_cases

from testbed import ConnectionEnded, Server, eventually
from testbed.wire import Answer, encode_request

HERE = Path(__file__).resolve().parent
CASES = read_cases(HERE)
NEIGHBOUR = "neighbour"
# Flags of the server: the same binary under other conditions, which must not change an answer.
WEATHERS = {
    "normal": [],
    "pool only": ["--first-quantum", "0s"],
    "one reactor": ["--reactors", "1"],
    "one instance": ["--instances", "1"],
    "crowded": [],
}
WHOLE = ("normal", "pool only")
# The others run one case in so many; ROCKPOOL_WEATHERS=whole runs all of them in each.
SAMPLE = 1 if os.environ.get("ROCKPOOL_WEATHERS") == "whole" else 8
SPINNERS = 4


def in_weathers():
    """(weather, case) for each run, a weather's together."""
    for weather in WEATHERS:
        step = 1 if weather in WHOLE else SAMPLE
        for case in CASES[::step]:
            yield pytest.param(weather, case, id=f"{weather}: {case.id}")


@contextmanager
def spinning_processes(count):
    spin = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(spin) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


class Deployments:
    """Deploys each guest with each settings once."""

    def __init__(self, server):
        self.server = server
        self._names = {}

    def answer(self, case):
        return self.server.try_deploy(self.name(case), case.guest, **case.settings)

    def name_deployed(self, case):
        name = self.name(case)
        if name not in self._names:
            answer = self.answer(case)
            assert answer.status in (200, 201), answer.text
            self._names[name] = answer.json()
        return name

    @staticmethod
    def name(case):
        if not case.settings:
            return case.guest.replace("_", "-")
        digest = hashlib.sha256(json.dumps(case.settings).encode()).hexdigest()[:8]
        return f"{case.guest.replace('_', '-')}-{digest}"


@pytest.fixture(scope="module")
def deployments(tmp_path_factory, weather):
    """Of one server, for all cases of a weather."""
    data = tmp_path_factory.mktemp("conformance") / "data"
    with Server(data, *WEATHERS[weather]) as server:
        server.deploy(NEIGHBOUR, "hello")
        with spinning_processes(SPINNERS if weather == "crowded" else 0):
            yield Deployments(server)


@pytest.fixture(scope="module")
def weather(request):
    return request.param


@pytest.mark.parametrize(("weather", "case"), in_weathers(), indirect=["weather"], scope="module")
def test_case(deployments, weather, case):
    if case.deployed is not None:
        name = deployments.name(case)
        assert_fits(case.deployed, deployments.answer(case))
    else:
        name = deployments.name_deployed(case) if case.guest else NEIGHBOUR
    if case.request is not None:
        exchange(deployments.server, case, name)

    def neighbour_answers():
        return deployments.server.get(f"/{NEIGHBOUR}").text == "Hello, world!"

    # With one instance, the neighbour waits until that of the case is torn down.
    seconds = 30 if weather == "one instance" else 0
    eventually(neighbour_answers, timeout=seconds, what="the neighbour's answer")


def exchange(server, case, name):
    method = case.request.get("method", "GET")
    with server.connect() as connection:
        ids = []
        for _ in range(case.times):
            send(connection, case.request, name, server)
            for expected in case.answers:
                answer = read(connection, method)
                ids.append(answer.header("x-request-id"))
                assert_fits(fill(expected, name, server), answer)
            if case.either:
                answer = read(connection, method)
                ids.append(answer.header("x-request-id"))
                assert_fits_one(case.either, answer)
        if case.closed is not None:
            connection.set_timeout(60 if case.closed else 0.3)
            assert is_closed(connection) == case.closed, "the connection's end"
    if case.log or case.log_lacks:
        assert_logged(server, case, name, ids[-1])


def read(connection, method):
    """An answer, or one without a status if the connection ends before there is a head."""
    try:
        return connection.read_answer(method)
    except ConnectionEnded:
        return Answer(status=0, complete=False)


def send(connection, request, name, server):
    if "raw" in request:
        connection.send(fill(request["raw"], name, server).encode("latin-1"))
        return
    path = request.get("target", f"/{name}" + request.get("path", ""))
    headers = fill(request.get("headers", {}), name, server)
    body = fill(request.get("body"), name, server)
    if "body_size" in request:
        body = b"b" * request["body_size"]
    if "chunks" in request:
        headers = {**headers, "Transfer-Encoding": "chunked"}
        pieces = [piece.encode() for piece in request["chunks"]] + [b""]
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    host = request.get("host", "localhost")
    method = request.get("method", "GET")
    try:
        connection.send(encode_request(method, fill(path, name, server), body, headers, host))
    except (BrokenPipeError, ConnectionResetError):
        pass  # A server may refuse a body before it is all there.


def is_closed(connection):
    try:
        return connection.is_closed_by_peer()
    except TimeoutError:
        return False


def fill(value, name, server):
    """Puts the function's path and the server's addresses where a case names them."""
    if isinstance(value, str):
        value = value.replace("{FUNCTION}", f"/{name}").replace("{INGRESS}", server.urls["ingress"])
        return value.replace("{PORT}", str(server.ingress[1])).replace("{LARGE}", "x" * 70_000)
    if isinstance(value, dict):
        return {key: fill(inner, name, server) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, name, server) for inner in value]
    return value


def assert_fits(expected, answer):
    found = misfits(expected, answer)
    assert not found, "\n".join(found)


def assert_fits_one(expected, answer):
    found = [misfits(one, answer) for one in expected]
    assert not all(found), "\n".join(line for lines in found for line in lines)


def assert_logged(server, case, name, request_id):
    def messages():
        """What was logged for the request, and what the server says of the log itself."""
        records = [r for r in server.logs(name) if r["request_id"] in (None, "", request_id)]
        return "\n".join(record["message"] for record in records)

    for piece in case.log:
        eventually(lambda: piece in messages(), what=f"{piece!r} in the log")
    for piece in case.log_lacks:
        assert piece not in messages()
