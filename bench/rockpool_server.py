"""Rockpool's release binary with the functions of the benchmarks, on its defaults."""

from pathlib import Path

import places  # noqa: F401  (makes testbed importable)
from testbed import Server


class Rockpool:
    """A `rockpool serve` whose data is in `data`; the settings of this machine's owner don't count."""

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

    def deploy(self, name, module, **settings):
        """Deploys a file or bytes."""
        content = module if isinstance(module, bytes) else Path(module).read_bytes()
        self._server.deploy(name, content, **settings)

    def call(self, name, method="GET", body=None):
        """The status of the function's answer."""
        return self._server.request(method, f"/{name}", body).status

    def stop(self):
        if self._server.is_alive():
            self._server.stop()
        self._server.process.stdout.close()
