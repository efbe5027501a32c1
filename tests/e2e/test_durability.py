"""What is on the disk: one server at a time, damage is noticed, and a full disk is told."""

import subprocess

import pytest

from testbed import Server, eventually, guest, run_cli
from testbed.wasm import answers

WASM = {"Content-Type": "application/wasm"}
COMPILES = "rockpool_compile_duration_seconds_count"


def test_a_second_server_on_the_data_directory_is_refused(start_server):
    first = start_server()
    first.deploy("f", "hello")
    addresses = ("--ingress", "127.0.0.1:0", "--control", "127.0.0.1:0")

    second = run_cli("serve", *addresses, "--data", first.data)

    assert (second.returncode, second.stdout) == (1, "")
    assert f"in use by process {first.pid}" in second.stderr
    assert "--data" in second.stderr
    assert first.get("/f").text == "Hello, world!"


def test_the_directory_is_free_again_when_its_server_was_killed(start_server):
    first = start_server()
    first.deploy("f", "hello")
    first.kill()

    assert start_server().get("/f").text == "Hello, world!"


def test_others_may_not_look_into_the_data_directory(start_server):
    server = start_server()
    server.deploy("f", "hello")

    assert server.data.stat().st_mode & 0o777 == 0o700
    for key in (server.data / "keys").iterdir():
        assert key.stat().st_mode & 0o777 == 0o600


def flip(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def cut(file):
    file.write_bytes(file.read_bytes()[:-1])


def empty(file):
    file.write_bytes(b"")


def remove(file):
    file.unlink()


def files_of(folder):
    found = [file for file in folder.rglob("*") if file.is_file()]
    assert found
    return found


@pytest.mark.parametrize("part", ["code", "seal"])
@pytest.mark.parametrize("damage", [flip, cut, empty, remove])
def test_damaged_machine_code_is_made_again(start_server, damage, part):
    first = start_server()
    first.deploy("f", "sum")
    assert first.stop() == 0
    for file in files_of(first.data / "cache"):
        if (file.suffix == ".mac") == (part == "seal"):
            damage(file)

    second = start_server()

    assert second.request("POST", "/f", "[1,2]").json() == [3]
    assert second.metrics()[COMPILES] == 1


def test_machine_code_of_another_module_is_not_taken(start_server):
    """Both files of a module under another's name: each is whole, but not what the name says."""
    first = start_server()
    good = first.deploy("good", answers(1))["digest"].removeprefix("sha256:")
    evil = first.deploy("evil", answers(2))["digest"].removeprefix("sha256:")
    assert first.stop() == 0
    for suffix in ("", ".mac"):
        (first.data / "cache" / f"{evil}{suffix}").rename(first.data / "cache" / f"{good}{suffix}")

    second = start_server()

    assert second.get("/good").json() == [1]
    assert second.get("/evil").json() == [2]


def test_a_deleted_cache_is_made_again(start_server):
    first = start_server()
    first.deploy("f", "hello")
    assert first.stop() == 0
    for file in files_of(first.data / "cache"):
        remove(file)

    second = start_server()

    assert second.get("/f").text == "Hello, world!"
    assert second.metrics()[COMPILES] == 1


@pytest.mark.parametrize("damage", [flip, cut, empty, remove])
def test_a_damaged_module_is_told_and_deploying_it_again_heals_it(start_server, damage):
    first = start_server()
    digest = first.deploy("f", "sum")["digest"]
    first.deploy("other", "hello")
    assert first.stop() == 0
    for file in files_of(first.data / "cache"):
        remove(file)
    (blob,) = (first.data / "blobs").rglob(digest.removeprefix("sha256:"))
    damage(blob)
    second = start_server()
    for server in (first, second):  # they write to one log
        server.expected_errors.append(digest)

    call = second.request("POST", "/f", "[1,2]")
    module = second.call("GET", f"/v1/modules/{digest}")

    assert (call.status, call.code) == (500, "internal")
    assert str(second.data) not in call.text
    code = "module-not-found" if damage == remove else "internal"
    assert module.code == code
    eventually(lambda: names(second, digest), what="the module's name in a log")
    assert second.get("/other").text == "Hello, world!"

    again = second.call("PUT", "/v1/functions/f", guest("sum"), WASM)

    assert (again.status, again.json()["version"]) == (200, 1)
    assert second.request("POST", "/f", "[1,2]").json() == [3]
    assert second.call("GET", f"/v1/modules/{digest}").body == guest("sum")


def names(server, digest):
    """Whether an operator is told which module it is."""
    return digest in server.log() or any(digest in record["message"] for record in server.logs("f"))


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 192 MiB of its own; the store's journal reserves some 70 of them."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=192m", "none", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"this user may not mount a small disk: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder):
    """Leaves no byte free; gives the file that has them all."""
    filling = folder / "filling"
    with open(filling, "ab", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while file.write(b"f" * size) == size:
                    pass
            except OSError:
                pass
    return filling


def test_a_full_disk_is_told_and_reading_goes_on(small_disk, tmp_path):
    with Server(small_disk / "data", log=tmp_path / "server.log") as server:
        server.deploy("f", "hello", env={"A": "1"})
        filling = fill(small_disk)

        refused = [
            server.call("PUT", "/v1/functions/new", guest("echo"), WASM),
            server.call("POST", "/v1/modules", guest("counter"), WASM),
        ]
        # A record may still find room in what the journal has reserved.
        patched = server.call("PATCH", "/v1/functions/f", {"env": {"A": "2"}})

        assert [(a.status, a.code) for a in refused] == [(507, "storage-full")] * 2
        assert (patched.status, patched.code) in [(200, None), (507, "storage-full")]
        assert server.function("new") is None
        live = server.function("f")
        assert server.get("/f").text == "Hello, world!"
        assert server.call("GET", "/v1/functions").status == 200

        filling.unlink()

        assert server.call("PUT", "/v1/functions/new", guest("echo"), WASM).status == 201
        assert server.request("POST", "/new", "echoed").text == "echoed"
        assert server.call("PATCH", "/v1/functions/f", {"env": {"A": "3"}}).status == 200
        server.kill()

    with Server(small_disk / "data", log=tmp_path / "server.log") as server:
        assert server.function("f")["version"] == live["version"] + 1
        assert server.request("POST", "/new", "echoed").text == "echoed"
