"""A client of Wess, as its users write them: JSON over HTTP, modules as arrays of numbers."""

import json
import re

from testbed.server import address_of
from testbed.wire import Connection

# How its users' tools read a line of its log.
LOG_LINE = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}) \| (ERROR|WARN|INFO|DEBUG|TRACE) (wess|wess::tx|wess::err) "
    r"\| (src\/\S+\.rs:\d+) - (.+)"
)


def document(wasm, function, arguments=(), results=()):
    """The body of a create or an update."""
    metadata = {"functionName": function, "returnType": list(results), "args": list(arguments)}
    return {"wasm": list(wasm), "metadata": metadata}


class Wess:
    """The Wess listener at a URL. Its log, if that is to be read, is the file `log_path`."""

    def __init__(self, url, log_path=None):
        self.address = address_of(url)
        self.log_path = log_path

    @classmethod
    def of(cls, server):
        """That of a server which was started with --wess."""
        return cls(server.urls["wess"], server.data / "log" / "wess.log")

    def call(self, method, path, body=None, headers=None, host="localhost"):
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        with Connection(self.address) as connection:
            return connection.request(method, path, body, headers, host)

    def create(self, wasm, function, arguments=(), results=()):
        """Stores a module and gives its id."""
        answer = self.call("POST", "/", document(wasm, function, arguments, results))
        assert answer.status == 202, answer.text
        return answer.json()["message"]["id"]

    def run(self, module, *arguments):
        return self.call("POST", f"/{module}", list(arguments))

    def count(self):
        return self.call("GET", "/").json()["message"]

    def log_lines(self):
        return self.log_path.read_text().splitlines()

    def metrics(self):
        """Samples by their name with labels."""
        answer = self.call("GET", "/metrics")
        assert answer.status == 200, answer.text
        lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}
