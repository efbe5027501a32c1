"""The real Prometheus reads both expositions, and finds nothing to object to."""

import json
import socket
import subprocess
import urllib.parse
import urllib.request

import pytest

from testbed import eventually, guest
from testbed.wess import Wess

CONFIGURATION = """
global:
  scrape_interval: 200ms
  scrape_timeout: 200ms
scrape_configs:
  - job_name: rockpool
    static_configs: [{{targets: ["{control}"]}}]
  - job_name: wess
    static_configs: [{{targets: ["{wess}"]}}]
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    def __init__(self, folder, server):
        self.address = f"127.0.0.1:{free_port()}"
        configuration = folder / "prometheus.yml"
        targets = {name: url.split("//")[1] for name, url in server.urls.items()}
        configuration.write_text(CONFIGURATION.format(**targets))
        self.log = open(folder / "prometheus.log", "wb")
        command = ["prometheus", f"--config.file={configuration}", f"--web.listen-address={self.address}"]
        command += [f"--storage.tsdb.path={folder / 'prometheus'}"]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def get(self, path):
        """The data of an answer; none while Prometheus is not there yet."""
        try:
            with urllib.request.urlopen(f"http://{self.address}/api/v1/{path}", timeout=10) as answer:
                return json.load(answer)["data"]
        except OSError:
            assert self.process.poll() is None, "Prometheus ended"
            return None

    def value(self, query):
        data = self.get(f"query?query={urllib.parse.quote(query)}")
        return float(data["result"][0]["value"][1]) if data and data["result"] else None


@pytest.fixture
def busy_server(start_server):
    """A server whose every metric has counted something."""
    server = start_server("--wess", "127.0.0.1:0")
    wess = Wess.of(server)
    module = wess.create(guest("sum"), "sum", ["I32", "I32"], ["I32"])
    wess.run(module, 1, 2)
    wess.run(module, "no number")
    wess.call("GET", f"/{module}")
    server.request("POST", f"/{module}", "[1,2]")
    return server


def test_prometheus_scrapes_both_listeners(busy_server, tmp_path):
    with Prometheus(tmp_path, busy_server) as prometheus:

        def both_are_up():
            data = prometheus.get("targets?state=active")
            targets = data["activeTargets"] if data else []
            return [target["health"] for target in targets] == ["up", "up"]

        eventually(both_are_up, what="both targets")
        runs = 'wess_wasm_execution_time_seconds_count{job="wess",function_name="sum"}'
        eventually(lambda: prometheus.value(runs) == 1, what="the run's series")
        assert prometheus.value('sum(rockpool_invocations_total{job="rockpool"})') == 2
        quantile = "histogram_quantile(0.99, sum(wess_http_request_latency_seconds_bucket) by (le))"
        assert prometheus.value(quantile) > 0


@pytest.mark.parametrize("listener", ["control", "wess"])
def test_promtool_accepts_the_metrics(busy_server, listener):
    get = busy_server.call if listener == "control" else Wess.of(busy_server).call
    metrics = get("GET", "/metrics")

    checked = subprocess.run(["promtool", "check", "metrics"], input=metrics.body, capture_output=True, timeout=60)

    assert checked.returncode == 0, checked.stdout.decode() + checked.stderr.decode()
