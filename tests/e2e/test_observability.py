"""What `packaging/observability` asks Prometheus for is there, asked of a real Prometheus."""

import itertools
import json
import re
import subprocess
import threading
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from testbed import eventually, guest
from testbed.wasm import SECTION_CUSTOM, section
from testbed.wess import Wess, document

FOLDER = Path(__file__).resolve().parent.parent.parent / "packaging" / "observability"
DASHBOARDS = {"rockpool": "rockpool.json", "wess": "wess.json"}
# Where each job's metrics are.
LISTENERS = {"rockpool": "control", "wess": "wess"}
PATIENCE_SECONDS = 60


class Prometheus:
    """Scrapes `targets` (job name -> URL) each half second."""

    def __init__(self, folder, targets):
        jobs = [
            {"job_name": job, "static_configs": [{"targets": [urllib.parse.urlsplit(url).netloc]}]}
            for job, url in targets.items()
        ]
        # JSON is YAML.
        config = folder / "prometheus.json"
        config.write_text(json.dumps({"global": {"scrape_interval": "500ms", "scrape_timeout": "500ms"}, "scrape_configs": jobs}))
        self._log = folder / "prometheus.log"
        command = [
            "prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}",
            "--web.listen-address=127.0.0.1:0",
        ]  # fmt: skip
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)

    def __enter__(self):
        try:
            eventually(lambda: self._address() is not None, PATIENCE_SECONDS, "Prometheus to listen")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()

    def _address(self):
        found = re.search(r'msg="Listening on" address=(\S+)', self._log.read_text())
        return found and found[1]

    def query(self, expression):
        parameters = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"http://{self._address()}/api/v1/query?{parameters}", timeout=10) as answer:
            document = json.load(answer)
        assert document["status"] == "success", document
        return document["data"]["result"]


def queries_of(dashboard):
    """Each panel's queries, with what Grafana would put for its variables."""
    document = json.loads((FOLDER / "grafana" / "dashboards" / dashboard).read_text())
    for panel in document["panels"]:
        for target in panel["targets"]:
            expression = target["expr"].replace("$__rate_interval", "1m").replace("$function", ".*")
            yield panel["title"], expression


def has_data(results):
    return any(result["value"][1] != "NaN" for result in results)


turns = itertools.count()


def new_module(name):
    """The guest with a custom section that makes it another module, which has to be compiled."""
    return guest(name) + section(SECTION_CUSTOM, b"\x04turn" + str(next(turns)).encode())


def use_everything(server):
    """One turn of load: each kind of outcome that the dashboards show."""
    server.deploy("quick", new_module("hello"))
    server.deploy("traps", "traps")
    server.deploy("narrow", "cgi_slow", limits={"concurrency": 1, "queue": 0})
    for _ in range(5):
        assert server.get("/quick").status == 200
        assert server.get("/traps").status == 500
    slow = [threading.Thread(target=server.get, args=("/narrow?ms=50",)) for _ in range(4)]
    for thread in slow:
        thread.start()
    for thread in slow:
        thread.join()
    assert server.call("DELETE", "/v1/functions/quick").status == 204
    use_wess(server)


def use_wess(server):
    """Stores a module once and replaces it each turn: compiling is counted by module, and a rate needs two counts."""
    wess = Wess.of(server)
    functions = server.call("GET", "/v1/functions").json()["functions"]
    stored = [function["name"] for function in functions if "origin" in function]
    types = (["I32", "I32"], ["I32"])
    module = stored[0] if stored else wess.create(new_module("sum"), "sum", *types)
    assert wess.call("PUT", f"/{module}", document(new_module("sum"), "sum", *types)).status == 202
    assert wess.run(module, 1, 2).status == 201
    assert wess.run(module, "no number").status == 400
    assert wess.call("GET", f"/{module}").status == 200


@pytest.fixture
def server(start_server):
    return start_server("--wess", "127.0.0.1:0")


def metrics_of(server, job):
    get = Wess.of(server).call if job == "wess" else server.call
    return get("GET", "/metrics").text


@pytest.mark.parametrize("job", DASHBOARDS)
def test_each_query_of_the_dashboards_returns_data_after_load(server, tmp_path, job):
    wanted = list(queries_of(DASHBOARDS[job]))
    assert len(wanted) > 10

    with Prometheus(tmp_path, {job: server.urls[LISTENERS[job]]}) as prometheus:

        missing = []

        def none_is_missing():
            use_everything(server)
            missing[:] = [(title, query) for title, query in wanted if not has_data(prometheus.query(query))]
            print("still without data:", missing)
            return not missing

        eventually(none_is_missing, PATIENCE_SECONDS, "data for every panel")


@pytest.mark.parametrize("job", LISTENERS)
def test_promtool_finds_nothing_wrong_with_the_metrics(server, job):
    use_everything(server)
    text = metrics_of(server, job)

    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)

    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@pytest.mark.parametrize("what, file", [("rules", "alerts.yml"), ("config", "prometheus.yml")])
def test_promtool_finds_nothing_wrong_with_the_configuration(what, file):
    only_syntax = ["--syntax-only"] if what == "config" else []

    checked = subprocess.run(["promtool", "check", what, *only_syntax, FOLDER / file], capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("job", LISTENERS)
def test_alerts_name_metrics_that_exist(server, job):
    use_everything(server)
    text = metrics_of(server, job)
    rules = (FOLDER / "alerts.yml").read_text()
    named = set(re.findall(rf"\b{job}_[a-z_]+", rules))
    assert named

    for metric in named:
        base = metric.removesuffix("_bucket")
        assert f"# TYPE {base} " in text, metric
