"""How fast the server takes an image out of a registry of this machine: from the request until its module is inspected."""

import json
import os
import tempfile
import time
from pathlib import Path
from statistics import median

import places  # noqa: F401  (makes testbed importable)
from figures import at_least
from load import MeasurementFailed
from places import GUESTS
from processes import cpu_seconds
from testbed import Server
from testbed.docker_registry import DockerRegistry

MODULE_BYTES = 50_000_000
MEGABYTE = 1_000_000


def module_of(size):
    """A module with a custom section of chance, which no compression makes small: content, LEB128 size before it."""
    content = b"\x04junk" + os.urandom(size)
    length = len(content)
    prefix = bytes([0]) + bytes((length >> shift & 0x7F) | 0x80 for shift in range(0, 28, 7)) + bytes([length >> 28])
    return (GUESTS / "sum.wasm").read_bytes() + prefix + content


def pull_seconds(server, reference):
    """Until the server says that it inspects what it has; a function that stays as it was costs no more after that."""
    body = json.dumps({"module": reference})
    headers = {"Accept": "application/x-ndjson", "Content-Type": "application/json"}
    with server.connect_control() as connection:
        begun = time.monotonic()
        connection.send_request("PUT", "/v1/functions/pulled", body, headers)
        text = b""
        took = None
        for piece in connection.body_pieces(connection.read_head()):
            text += piece
            if took is None and b'"inspecting"' in text:
                took = time.monotonic() - begun
    outcome = json.loads(text.splitlines()[-1])
    if took is None or outcome["status"] not in (200, 201):
        raise MeasurementFailed(f"the image could not be deployed: {outcome}")
    return took


def measure(rounds):
    """Rows of the table, and the seconds of each round."""
    with tempfile.TemporaryDirectory() as folder:
        with DockerRegistry(Path(folder) / "registry") as registry, Server(Path(folder) / "data") as server:
            registry.put_module("large", module_of(MODULE_BYTES))
            reference = registry.reference("large")
            pull_seconds(server, reference)
            cpu_before = cpu_seconds(server.pid)
            seconds = [pull_seconds(server, reference) for _ in range(rounds)]
            cpu = (cpu_seconds(server.pid) - cpu_before) / rounds
            server.stop()
    megabytes = MODULE_BYTES / MEGABYTE
    rows = [
        at_least("image of 50 MB pulled from a registry beside it, MB/s", megabytes / median(seconds), 300),
        at_least("the same by the CPU time of the whole deploy, MB/s", megabytes / cpu, 300),
    ]
    return rows, {"seconds": seconds, "cpu_seconds": cpu}
