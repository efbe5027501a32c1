"""Rockpool's release binary with the functions of the benchmarks, on its defaults."""

from pathlib import Path

import places  # noqa: F401  (makes testbed importable)
from processes import ServerFailed
from testbed import Server

# Beside other work a large component takes minutes to compile: compiling gives way to all else.
DEPLOY_SECONDS = 600


class Rockpool:
    """A `rockpool serve` with its data in `data`, whatever this machine's own settings are."""

    def __init__(self, data):
        self.data = Path(data)
        settings = self.data.with_suffix(".toml")
        settings.write_text("")
        self._server = Server(self.data, "--config", settings)

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

    def deploy_bytes(self, name, module):
        self._server.deploy(name, module)

    def call(self, name, method="GET", body=None):
        """The status of the function's answer."""
        return self._server.request(method, f"/{name}", body).status

    def stop(self):
        if self._server.is_alive():
            self._server.stop()
        self._server.process.stdout.close()
