"""Load on a server of this machine, and what it measures."""

import http.client
import json
import subprocess
from dataclasses import dataclass

import peers
from places import BENCH, PROGRAMS
from processes import cpu_seconds

CONNECTIONS = 64
# Longer than wrk's own 2 s, so that a slow peer is measured as slow and not as broken.
ANSWER_SECONDS = 20


class MeasurementFailed(Exception):
    """Answers that were lost or not those expected: there is no figure."""


@dataclass(frozen=True)
class Call:
    """A request, and the answer that is right."""

    path: str
    method: str = "GET"
    body: str = ""
    status: int = 200
    # What the answer's body must hold.
    answer: str = "Hello, world!"


@dataclass(frozen=True)
class Measurement:
    requests_per_second: float
    cpu_us: float
    p50_us: float
    p99_us: float


def check_answer(port, call):
    """Fails unless the server answers the call as it should."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(call.method, call.path, call.body or None)
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
    finally:
        connection.close()
    if answer.status != call.status or call.answer not in body:
        raise MeasurementFailed(f"{call.path} answers {answer.status}: {body[:300]}")


def measure(server, port, call, seconds):
    """As many requests as the server takes on 64 connections to that port of it."""
    cpu_before = cpu_seconds(server.pid)
    result = run_wrk(port, call, seconds)
    cpu = cpu_seconds(server.pid) - cpu_before
    return to_measurement(result, cpu, call)


def run_wrk(port, call, seconds):
    command = [peers.program("wrk", "wrk"), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    command += [f"--timeout={ANSWER_SECONDS}s", "-s", BENCH / "load.lua"]
    command += [f"http://127.0.0.1:{port}{call.path}", "--", call.method, call.body]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise MeasurementFailed(f"wrk ended with {done.returncode}: {done.stderr}")
    return parse_wrk(done.stdout)


def parse_wrk(output):
    """The line that load.lua prints, among wrk's own."""
    return json.loads(next(line for line in output.splitlines() if line.startswith("{")))


def to_measurement(result, cpu, call):
    expected_refusals = result["requests"] if call.status >= 400 else 0
    if not result["requests"] or result["lost"] or result["refused"] != expected_refusals:
        raise MeasurementFailed(f"{call.path}: not every request was answered well: {result}")
    return Measurement(
        requests_per_second=result["requests"] / result["seconds"],
        cpu_us=cpu / result["requests"] * 1e6,
        p50_us=result["p50_us"],
        p99_us=result["p99_us"],
    )


def paced_p99_us(port, path, rate, seconds):
    """The 99th percentile of the time from when a request was due, at a fixed rate."""
    command = [PROGRAMS / "paced_client", port, path, rate, seconds, CONNECTIONS]
    command = [str(word) for word in command]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise MeasurementFailed(f"paced_client ended with {done.returncode}: {done.stderr}")
    result = json.loads(done.stdout)
    if result["failed"]:
        raise MeasurementFailed(f"{path}: not every request was answered well: {result}")
    return result["p99_us"]
