"""rockpool import: what other systems stored becomes functions, with their ids and names."""

import json
import subprocess

import pytest

from testbed import guest
from testbed.wasmengine import SUCCESS, WasmEngine
from testbed.wess import Wess, document

SUM = "0b9c3a52-1f1e-4d5a-9a66-0c0f3a1f6d11"
BROKEN = "1b9c3a52-1f1e-4d5a-9a66-0c0f3a1f6d11"
FIB = "2b9c3a52-1f1e-4d5a-9a66-0c0f3a1f6d11"


@pytest.fixture
def server(start_server):
    return start_server("--wess", "127.0.0.1:0", "--wasmengine", "127.0.0.1:0")


def store(database, modules):
    """A RocksDB as Wess keeps it: whole documents by id (written by RocksDB's own tool)."""
    for key, value in modules.items():
        command = ["ldb", f"--db={database}", "--create_if_missing", "put", key, json.dumps(value)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def wess_folder(tmp_path):
    folder = tmp_path / "wess"
    (folder / "rocksdb").mkdir(parents=True)
    modules = {
        SUM: document(guest("sum"), "sum", ["I32", "I32"], ["I32"]),
        BROKEN: document(b"\0asm no more", "sum", [], ["I32"]),
    }
    store(folder / "rocksdb" / "prod", modules)
    return folder


@pytest.fixture
def wasmengine_folder(tmp_path):
    """A copy of a store: its entries name the files where they were."""
    folder = tmp_path / "functions"
    entries = {}
    for name, module, wasi_cap in [("authentication", "authentication", False), ("hello", "argv_hello", True)]:
        (folder / name).mkdir(parents=True)
        (folder / name / f"{module}.wasm").write_bytes(guest(module))
        entries[name] = {
            "func_name": name,
            "func_image_name": f"127.0.0.1:5000/{name}-wasm:v1",
            "func_local_path": f"/var/lib/wasmengine/functions/{name}/{module}.wasm",
            "wasi_cap": wasi_cap,
        }
    (folder / "persist.json").write_text(json.dumps(entries))
    return folder


def test_modules_of_wess_keep_their_ids(server, wess_folder):
    done = server.cli("import", "wess", wess_folder)

    assert done.stdout == f"{SUM}\n"
    wess = Wess.of(server)
    assert wess.run(SUM, 12, 43).json() == {"message": [55]}
    assert wess.count() == 1
    assert server.function(SUM)["origin"] == {"dialect": "wess", "name": SUM}
    read = wess.call("GET", f"/{SUM}").json()["message"]
    assert read == document(guest("sum"), "sum", ["I32", "I32"], ["I32"])


def test_what_can_not_be_imported_is_told_and_the_rest_goes_on(server, wess_folder):
    store(wess_folder / "rocksdb" / "prod", {"3": {"wasm": [0, 97]}, FIB: document(guest("sum"), "sum", [], [])})

    done = server.cli("import", "wess", wess_folder)

    assert done.returncode == 1
    assert done.stdout == f"{SUM}\n{FIB}\n"
    assert f"{BROKEN}: " in done.stderr
    assert "3: Invalid Json: missing field `metadata`" in done.stderr
    assert "2 imported, 0 were here already, 2 failed" in done.stderr


def test_an_import_may_be_repeated(server, wess_folder):
    server.cli("import", "wess", wess_folder / "rocksdb" / "prod")
    assert server.cli("set", SUM, "limits.wall=3s").returncode == 0

    done = server.cli("import", "wess", wess_folder)

    assert (done.stdout, "0 imported, 1 were here already" in done.stderr) == ("", True)
    assert server.function(SUM)["limits"]["wall"] == "3s"


def test_functions_of_wasmengine_keep_their_names(server, wasmengine_folder):
    done = server.cli("import", "wasmengine", wasmengine_folder)

    assert (done.returncode, done.stdout) == (0, "authentication\nhello\n"), done.stderr
    engine = WasmEngine.of(server)
    assert engine.list().text == (
        f"{SUCCESS}all deployed function info: [{{func_name: authentication, func_image_name: "
        "127.0.0.1:5000/authentication-wasm:v1, wasi_cap: false}, {func_name: hello, func_image_name: "
        "127.0.0.1:5000/hello-wasm:v1, wasi_cap: true}]\n"
    )
    assert engine.invoke("hello").text == SUCCESS + "hello\n0: {}"
    secret = {"arg_uri": "yes", "arg_body": "yes", "arg_secret": "c5187dd86a648a819f527c7a8a4f7bf4"}
    assert "Auth Pass!" in engine.invoke("authentication", secret).text


def test_a_module_that_is_gone_is_told(server, wasmengine_folder):
    (wasmengine_folder / "authentication" / "authentication.wasm").unlink()

    done = server.cli("import", "wasmengine", wasmengine_folder)

    assert (done.returncode, done.stdout) == (1, "hello\n")
    assert "authentication: " in done.stderr


@pytest.mark.parametrize(
    "system, told",
    [("wess", "holds no RocksDB database"), ("wasmengine", "persist.json"), ("other", "wess and wasmengine are")],
)
def test_folders_that_hold_nothing_are_told(server, tmp_path, system, told):
    done = server.cli("import", system, tmp_path)

    assert done.returncode == (2 if system == "other" else 1)
    assert told in done.stderr


@pytest.mark.parametrize(
    "body",
    [{}, {"origin": {"dialect": "wess"}}, {"origin": {"dialect": "wess", "name": "a", "more": 1}}, {"origin": "wess"}],
)
def test_an_origin_is_dialect_and_name(server, body):
    answer = server.call("POST", "/v1/functions", {"module": "sha256:" + "0" * 64, **body})

    assert (answer.status, answer.code) in [(400, "invalid-argument"), (400, "unknown-field")]
