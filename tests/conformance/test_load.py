"""Guests that answer 200 do so under load, too: 64 connections, beside processes that spin on every core.

One case of each guest is sent 2,000 times, `ROCKPOOL_LOAD_ANSWERS` says how often instead.
"""

import math
import os
import subprocess
import time

import pytest
from case import misfits
from test_cases import CASES, Deployments, fill, read, send, spinning_processes

from testbed import Server

ANSWERS = int(os.environ.get("ROCKPOOL_LOAD_ANSWERS", "2000"))
CONNECTIONS = 64
# A guest that waits or computes for long is asked less often.
MOST_SECONDS = ANSWERS / 400
MOST_ROUNDS = 30 + ANSWERS // 500
SPINNERS = os.cpu_count() or 1
LARGEST_BODY = 1 << 20
SAMPLES = {
    "@hello": ("GET", "", None),
    "@echo": ("POST", "", b"once more"),
    "@form": ("POST", "", b"name=Ann"),
    "@sum": ("POST", "", b"[12,43]"),
}


def is_plain(case):
    """A request that wrk can send, with one answer of status 200 that is whole."""
    if case.request is None or case.deployed is not None or case.guest is None:
        return False
    if {"raw", "chunks", "host", "target"} & set(case.request) or len(case.answers) != 1:
        return False
    answer = case.answers[0]
    is_ok = answer.get("status", 200) == 200 and "code" not in answer
    keeps_state = case.settings.get("state") == "memory"
    return is_ok and answer.get("complete", True) and not keeps_state


def first_of_each_guest():
    chosen = {}
    for case in filter(is_plain, CASES):
        chosen.setdefault(case.guest, case)
    return list(chosen.values())


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """Deployments of a server on a busy machine."""
    with Server(tmp_path_factory.mktemp("load") / "data") as server:
        server.deploy("neighbour", "hello")
        with spinning_processes(SPINNERS):
            yield Deployments(server)


@pytest.mark.parametrize("case", first_of_each_guest(), ids=lambda case: case.guest)
def test_a_guest_answers_the_same_under_load(busy, case, tmp_path):
    server = busy.server
    name = busy.name_deployed(case)
    expected = fill(case.answers[0], name, server)
    began = time.monotonic()
    with server.connect() as connection:
        send(connection, case.request, name, server)
        first = read(connection, case.request.get("method", "GET"))
    elapsed = time.monotonic() - began
    if misfits(expected, first):
        pytest.skip("the case needs more than one request alone")
    if max(len(first.body), case.request.get("body_size", 0)) > LARGEST_BODY:
        pytest.skip("64 of these bodies at once say more of the network than of the server")
    body = fill(case.request.get("body"), name, server)
    if "body_size" in case.request:
        body = "b" * case.request["body_size"]
    expect_the_same(
        server,
        tmp_path,
        path=f"/{name}" + fill(case.request.get("path", ""), name, server),
        method=case.request.get("method", "GET"),
        headers=fill(case.request.get("headers", {}), name, server),
        body=body.encode() if isinstance(body, str) else body,
        expected=expected["body"].encode() if "body" in expected else None,
        answers=bounded(elapsed),
        seconds=math.ceil(min(10, elapsed * CONNECTIONS)),
    )


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_answers_the_same_under_load(busy, sample, tmp_path):
    method, path, body = SAMPLES[sample]
    name = f"sample-{sample[1:]}"
    done = busy.server.cli("deploy", sample, "--name", name)
    assert done.returncode == 0, done.stderr
    answer = busy.server.request(method, f"/{name}{path}", body)
    assert answer.status == 200, answer.text
    expected = answer.body if sample != "@form" else None
    expect_the_same(
        busy.server, tmp_path, f"/{name}{path}", method, {}, body, expected, ANSWERS, seconds=1
    )


def bounded(elapsed):
    """How often a request that takes so long alone is repeated."""
    return max(CONNECTIONS, min(ANSWERS, int(MOST_SECONDS / max(elapsed, 1e-4))))


def expect_the_same(server, folder, path, method, headers, body, expected, answers, seconds):
    files = {"body": body, "expected": expected}
    arguments = {}
    for each, content in files.items():
        arguments[each] = ""
        if content is not None:
            (folder / each).write_bytes(content)
            arguments[each] = folder / each
    lines = "".join(f"{header}: {value}\n" for header, value in headers.items())
    (folder / "headers").write_text(lines)
    script = os.path.join(os.path.dirname(__file__), "load.lua")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "60s", "-s", script]
    command += [f"{server.urls['ingress']}{path}", "--", method]
    command += [arguments["body"], arguments["expected"], folder / "headers"]
    total = 0
    for _ in range(MOST_ROUNDS):
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        count, wrong, lost, example = (done.stdout.splitlines()[-1] + " ").split(" ", 3)
        assert int(wrong) == 0, f"{wrong} of {count} answers were wrong, for example: {example}"
        assert int(lost) == 0, f"{lost} of {count} requests were lost"
        total += int(count)
        if total >= answers:
            return
    pytest.fail(f"only {total} of {answers} answers came")
