"""Rockpool's release binary with the functions of the benchmarks, on its defaults."""

from pathlib import Path

import places  # noqa: F401  (makes testbed importable)
from processes import ServerFailed
from testbed import Server
from testbed.server import address_of

# Beside other work a large component takes minutes to compile: compiling gives way to all else.
DEPLOY_SECONDS = 600
WASM = {"Content-Type": "application/wasm"}
DIALECTS = ("wess", "wasmengine")


class Rockpool:
    """A `rockpool serve` with its data in `data`, whatever this machine's own settings are."""

    def __init__(self, data):
        self.data = Path(data)
        settings = self.data.with_suffix(".toml")
        settings.write_text("")
        dialects = [f"--{dialect}=127.0.0.1:0" for dialect in DIALECTS]
        self._server = Server(self.data, "--config", settings, *dialects)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        return self._server.pid

    @property
    def port(self):
        return self._server.ingress[1]

    def deploy(self, name, file, **limits):
        """As from the command line, which waits as long as compiling takes."""
        flags = [f"--limit={limit}={value}" for limit, value in limits.items()]
        done = self._server.cli("deploy", file, "--name", name, *flags, timeout=DEPLOY_SECONDS)
        if done.returncode != 0:
            raise ServerFailed(f"{name} could not be deployed: {done.stderr}")

    def deploy_with(self, name, file, **settings):
        self._server.deploy(name, file.read_bytes(), **settings)

    def port_of(self, dialect):
        return address_of(self._server.urls[dialect])[1]

    def adopt(self, dialect, name, file, **settings):
        """Makes a function as that dialect's listener would."""
        module = self._server.call("POST", "/v1/modules", file.read_bytes(), WASM).json()["digest"]
        origin = {"dialect": dialect, "name": name}
        body = {"module": module, "origin": origin, **settings}
        made = self._server.call("POST", "/v1/functions", body, timeout=DEPLOY_SECONDS)
        if made.status != 201:
            raise ServerFailed(f"{name} of {dialect} could not be deployed: {made.text}")

    def deploy_bytes(self, name, module):
        self._server.deploy(name, module)

    def call(self, name, method="GET", body=None):
        """The status of the function's answer."""
        return self._server.request(method, f"/{name}", body).status

    def stop(self):
        if self._server.is_alive():
            self._server.stop()
        self._server.process.stdout.close()
