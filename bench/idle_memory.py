"""The memory that deployed functions take while nobody calls them, beyond their machine code."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from figures import at_most
from load import MeasurementFailed
from peers import say
from places import GUESTS
from processes import memory_bytes
from rockpool_server import Rockpool

FUNCTIONS = 1000
MEGABYTE = 1_000_000
MODULE = GUESTS / "sum.wasm"


def with_name(module, name):
    """The module with a custom section more, so that its digest is its own."""
    content = bytes([len(name)]) + name.encode()
    if len(content) > 127:
        raise ValueError("the name is too long for a size of one byte")
    return module + bytes([0, len(content)]) + content


def for_each_function(action):
    names = [f"idle-{number}" for number in range(FUNCTIONS)]
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(action, names))


def call(server, name):
    status = server.call(name, "POST", "[12,43]")
    if status != 200:
        raise MeasurementFailed(f"{name} answers {status}")


def memory_of(server):
    return memory_bytes(server.pid, without=server.data / "cache")


def measure():
    """Rows of the table, and the bytes they come from.

    All three figures are of a server that has just started and called one function.
    """
    module = MODULE.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with Rockpool(data) as server:
            server.deploy("first", MODULE)
        with Rockpool(data) as server:
            call(server, "first")
            alone = memory_of(server)
            say(f"deploying {FUNCTIONS} functions")
            for_each_function(lambda name: server.deploy_bytes(name, with_name(module, name)))
        with Rockpool(data) as server:
            call(server, "first")
            deployed = memory_of(server)
            for_each_function(lambda name: call(server, name))
            called = memory_of(server)
    rows = [
        at_most(f"memory of {FUNCTIONS:,} functions, deployed", mb(deployed - alone), 50, "MB"),
        at_most(
            f"memory of {FUNCTIONS:,} functions, each called once", mb(called - alone), 50, "MB"
        ),
    ]
    return rows, {"alone": alone, "deployed": deployed, "called": called}


def mb(size):
    return size / MEGABYTE
