"""`rockpool dev` deploys a file again when it changes."""

import re
import signal
import subprocess

import pytest

from testbed import BINARY, eventually, guest
from testbed.server import address_of, clean_environment
from testbed.wire import Connection


class DevSession:
    def __init__(self, file, log, **variables):
        self.file = file
        self.log = log
        with open(log, "wb") as log_file:
            self.process = subprocess.Popen(
                [str(BINARY), "dev", str(file)],
                stdout=subprocess.PIPE,
                stderr=log_file,
                env=clean_environment(**variables),
            )
        self.url = self.process.stdout.readline().decode().strip()
        assert self.url, log.read_text()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()

    def said(self):
        return self.log.read_text()

    def get(self):
        base, name = self.url.rsplit("/", 1)
        with Connection(address_of(base)) as connection:
            return connection.request("GET", f"/{name}").text


@pytest.fixture
def module(tmp_path, name):
    file = tmp_path / f"{name}.wasm"
    file.write_bytes(guest("counter"))
    return file


def test_a_change_is_live_at_once(server, module, tmp_path):
    with DevSession(module, tmp_path / "log", ROCKPOOL_SERVER=server.urls["control"]) as dev:
        before = dev.get()
        module.write_bytes(guest("hello"))
        eventually(lambda: dev.get() == "Hello, world!")

    assert before == "1"
    assert dev.process.returncode == 0


def test_a_file_that_is_replaced_is_noticed(server, module, tmp_path):
    with DevSession(module, tmp_path / "log", ROCKPOOL_SERVER=server.urls["control"]) as dev:
        fresh = tmp_path / "fresh"
        fresh.write_bytes(guest("hello"))
        fresh.rename(module)
        eventually(lambda: dev.get() == "Hello, world!")


def test_what_does_not_deploy_is_told_and_the_next_change_counts(server, module, tmp_path):
    with DevSession(module, tmp_path / "log", ROCKPOOL_SERVER=server.urls["control"]) as dev:
        module.write_bytes(b"not a module")
        eventually(lambda: "invalid-module" in dev.said())
        still = dev.get()
        module.write_bytes(guest("hello"))
        eventually(lambda: dev.get() == "Hello, world!")

    assert still == "1"


def test_without_a_server_it_starts_one_that_ends_with_it(module, tmp_path):
    folder = tmp_path / "tmp"
    folder.mkdir()
    if default_server_answers():
        pytest.skip("a server answers at the default address of this machine")
    with DevSession(module, tmp_path / "log", TMPDIR=folder) as dev:
        assert dev.get() == "1"
        assert list(folder.iterdir())

    address = address_of(dev.url.rsplit("/", 1)[0])
    with pytest.raises(OSError):
        Connection(address)
    assert list(folder.iterdir()) == []


def default_server_answers():
    try:
        Connection(("127.0.0.1", 8090)).close()
    except OSError:
        return False
    return True


def test_it_says_how_long_it_took(server, module, tmp_path):
    with DevSession(module, tmp_path / "log", ROCKPOOL_SERVER=server.urls["control"]) as dev:
        module.write_bytes(guest("hello"))
        said = eventually(lambda: re.search(r"version 2 is live after (\d+) ms", dev.said()))

    assert int(said.group(1)) < 10_000
