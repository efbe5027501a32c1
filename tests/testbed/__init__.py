"""A running server and what talks to it: what conformance and e2e tests share."""

from testbed.guests import EXAMPLES, GUESTS, ROOT, guest, guest_path
from testbed.server import BINARY, Server, ServerFailed, eventually, run_cli
from testbed.wire import Answer, Connection, ConnectionEnded

__all__ = [
    "BINARY",
    "EXAMPLES",
    "GUESTS",
    "ROOT",
    "Answer",
    "Connection",
    "ConnectionEnded",
    "Server",
    "ServerFailed",
    "eventually",
    "guest",
    "guest_path",
    "run_cli",
]
