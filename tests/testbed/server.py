"""Starts `rockpool serve` on free ports and ends it again."""

import json
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

from testbed.guests import ROOT, guest
from testbed.wire import Connection

BINARY = Path(os.environ.get("ROCKPOOL_BINARY") or ROOT / "build" / "release" / "rockpool")
START_SECONDS = 90
STOP_SECONDS = 60
CLI_SECONDS = 60
# What no server may write, whatever it is asked.
SANITIZER_REPORT = re.compile(r"ERROR: \w*Sanitizer|runtime error:|SUMMARY: \w*Sanitizer|panicked at")
ERROR_LINE = re.compile(r"^\S+Z error +(.*)$", re.MULTILINE)


class ServerFailed(AssertionError):
    pass


def weather_flags(flags):
    """Flags of every server of this run (`ROCKPOOL_WEATHER`), unless a test sets the same ones itself."""
    weather = os.environ.get("ROCKPOOL_WEATHER", "").split()
    pairs = zip(weather[::2], weather[1::2])
    return [word for pair in pairs if pair[0] not in map(str, flags) for word in pair]


def clean_environment(**variables):
    """This process's environment without what would change what the binary does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ROCKPOOL_")}
    return {**kept, **{name: str(value) for name, value in variables.items()}}


def run_cli(*arguments, stdin=b"", cwd=None, timeout=CLI_SECONDS, **variables):
    """Runs a command; stdout and stderr are text."""
    done = subprocess.run(
        [str(BINARY), *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        timeout=timeout,
        env=clean_environment(**variables),
    )
    done.stdout = done.stdout.decode()
    done.stderr = done.stderr.decode()
    return done


class Server:
    """One `rockpool serve`. Ends with the `with` block that it is used in.

    With `own_group` its process id is that of its group, compile workers included.
    """

    def __init__(self, data, *flags, log=None, environment=None, limits=None, tls=None, own_group=False):
        self.data = Path(data)
        self.log_path = Path(log or f"{data}.log")
        self.tls = tls
        self.expected_errors = []
        self._log_start = self.log_path.stat().st_size if self.log_path.exists() else 0
        command = [str(BINARY), "serve", "--ingress", "127.0.0.1:0", "--control", "127.0.0.1:0"]
        command += ["--data", str(data), *map(str, flags), *weather_flags(flags)]
        with open(self.log_path, "ab") as log_file:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log_file,
                env=clean_environment(**(environment or {})),
                preexec_fn=limits,
                process_group=0 if own_group else None,
            )
        self.urls = {}
        self._wait_until_ready()
        self.ingress = address_of(self.urls["ingress"])
        self.control = address_of(self.urls["control"])

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.is_alive():
            self.kill()
        self.process.stdout.close()
        if kind is None:
            self.check_log()

    def _wait_until_ready(self):
        timer = threading.Timer(START_SECONDS, self.process.kill)
        timer.start()
        try:
            for line in self.process.stdout:
                words = line.decode().split()
                if words == ["ready"]:
                    return
                self.urls[words[0]] = words[1]
        finally:
            timer.cancel()
        self.process.wait()
        raise ServerFailed(f"ended with {self.process.returncode} before it was ready:\n{self.log()}")

    @property
    def pid(self):
        return self.process.pid

    def is_alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def wait(self, timeout=STOP_SECONDS):
        return self.process.wait(timeout)

    def stop(self):
        self.terminate()
        return self.wait()

    def log(self):
        with open(self.log_path, "rb") as file:
            file.seek(self._log_start)
            return file.read().decode(errors="replace")

    def check_log(self):
        """Fails if the server reported a fault of its own that no test asked for."""
        text = self.log()
        report = SANITIZER_REPORT.search(text)
        if report:
            raise ServerFailed(f"the server's log has a fault:\n{text[max(0, report.start() - 200):][:6000]}")
        errors = [line for line in ERROR_LINE.findall(text) if not self._is_expected(line)]
        if errors:
            raise ServerFailed("the server logged errors:\n" + "\n".join(errors[:20]))

    def _is_expected(self, line):
        return any(text in line for text in self.expected_errors)

    def resident_bytes(self):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise ServerFailed("the server has no VmRSS")

    def connect(self, **options):
        return Connection(self.ingress, tls=self.tls, **options)

    def connect_control(self, **options):
        return Connection(self.control, **options)

    def request(self, method, path, body=None, headers=None, host="localhost", timeout=60):
        with self.connect(timeout=timeout) as connection:
            return connection.request(method, path, body, headers, host)

    def get(self, path, headers=None, **options):
        return self.request("GET", path, None, headers, **options)

    def call(self, method, path, body=None, headers=None, host="localhost", timeout=120):
        """A call of the control API; a body that is no bytes or text is sent as JSON."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        with self.connect_control(timeout=timeout) as connection:
            return connection.request(method, path, body, headers, host)

    def deploy(self, name, module, headers=None, **settings):
        """Deploys a guest (by name) or bytes, and gives the function; settings replace all."""
        answer = self.try_deploy(name, module, headers, **settings)
        assert answer.status in (200, 201), answer.text
        return answer.json()

    def try_deploy(self, name, module, headers=None, **settings):
        if isinstance(module, str):
            module = guest(module)
        path = f"/v1/functions/{name}"
        if not settings:
            wasm = {"Content-Type": "application/wasm", **(headers or {})}
            return self.call("PUT", path, module, wasm)
        stored = self.call("POST", "/v1/modules", module, {"Content-Type": "application/wasm"})
        if stored.status != 200:
            return stored
        return self.call("PUT", path, {"module": stored.json()["digest"], **settings}, headers)

    def function(self, name):
        answer = self.call("GET", f"/v1/functions/{name}")
        return answer.json() if answer.status == 200 else None

    def logs(self, name, query=""):
        answer = self.call("GET", f"/v1/functions/{name}/logs{query}")
        assert answer.status == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    def metrics(self):
        """Samples by their name with labels, as Prometheus writes them."""
        answer = self.call("GET", "/metrics")
        assert answer.status == 200, answer.text
        samples = {}
        for line in answer.text.splitlines():
            if line and not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                samples[name] = float(value)
        return samples

    def cli(self, *arguments, **options):
        return run_cli(*arguments, ROCKPOOL_SERVER=self.urls["control"], **options)


def address_of(url):
    host, port = url.split("//", 1)[1].rsplit(":", 1)
    return host, int(port)


def eventually(condition, timeout=30, what="the condition"):
    """Waits until the condition gives something true, and gives that."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come true in {timeout} s"
        time.sleep(0.02)
