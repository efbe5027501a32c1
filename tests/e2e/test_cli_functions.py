"""The commands that deploy, change, call and look at functions."""

import json
import re
import shutil
import signal
import subprocess

import pytest

from testbed import BINARY, guest, guest_path
from testbed.server import clean_environment


def test_deploy_prints_the_url_and_nothing_else(server, name):
    done = server.cli("deploy", guest_path("hello"), "--name", name)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{server.urls['ingress']}/{name}\n"
    assert server.get(f"/{name}").text == "Hello, world!"


def test_the_name_is_that_of_the_file(server, tmp_path):
    module = tmp_path / "My File.v2.wasm"
    module.write_bytes(guest("sum"))

    done = server.cli("deploy", module)

    assert done.stdout.strip().split("/")[-1] == "my-file-v2"


@pytest.mark.parametrize("sample", ["hello", "echo", "form", "sum"])
def test_samples_are_built_in(server, name, sample, tmp_path):
    done = server.cli("deploy", f"@{sample}", "--name", name, cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    answer = server.request("POST", f"/{name}", "[1,2]")
    assert answer.status == 200


def test_deploy_takes_settings(server, name):
    done = server.cli(
        "deploy", guest_path("cgi_env"), "--name", name, "--abi", "cgi", "--limit", "wall=7s",
        "--limit", "memory=64MiB", "--env", "GREETING=hi there", "--route", f"/{name}/:id/*", "-o", "json",
    )  # fmt: skip

    function = json.loads(done.stdout)
    assert function["limits"]["wall"] == "7s"
    assert function["limits"]["memory"] == "64MiB"
    assert "GREETING=hi there\n" in server.get(f"/{name}/7/x").text


def test_a_dry_run_says_where_it_would_answer(server, name):
    done = server.cli("deploy", guest_path("hello"), "--name", name, "--dry-run")
    bad = server.cli("deploy", guest_path("imports_mystery"), "--name", name, "--dry-run")

    assert done.stdout == f"{server.urls['ingress']}/{name}\n"
    assert bad.returncode == 1
    assert server.function(name) is None


def test_a_missing_import_is_told_with_what_to_do(server, name):
    done = server.cli("deploy", guest_path("imports_mystery"), "--name", name)

    assert (done.returncode, done.stdout) == (1, "")
    assert "env.mystery" in done.stderr
    assert "wasi_snapshot_preview1.fd_wrote" in done.stderr
    assert "fd_write" in done.stderr
    assert "import-missing" in done.stderr


def manifest_in(folder, names, extra=""):
    shutil.copy(guest_path("hello"), folder / "hello.wasm")
    one, two = names
    (folder / "rockpool.toml").write_text(f"""
[function.{one}]
module = "hello.wasm"
routes = ["/{one}/*"]
[function.{one}.limits]
wall = "7s"

[function.{two}]
module = "@sum"
env = {{ A = "1" }}
{extra}""")
    return folder / "rockpool.toml"


def test_a_manifest_deploys_all_its_functions(server, new_name, tmp_path):
    one, two = new_name(), new_name()

    done = server.cli("deploy", "-f", manifest_in(tmp_path, (one, two)))

    assert done.returncode == 0, done.stderr
    urls = [f"{server.urls['ingress']}/{name}" for name in (one, two)]
    assert done.stdout.splitlines() == urls
    assert server.get(f"/{one}").text == "Hello, world!"
    assert server.function(one)["limits"]["wall"] == "7s"
    assert server.request("POST", f"/{two}", "[1,2]").json() == [3]


def test_a_manifest_deploys_all_or_nothing(server, new_name, tmp_path):
    one, two = new_name(), new_name()
    bad = f'[function.{new_name()}]\nmodule = "bad.wasm"\n'
    (tmp_path / "bad.wasm").write_bytes(guest("imports_mystery"))

    done = server.cli("deploy", "-f", manifest_in(tmp_path, (one, two), bad))

    assert (done.returncode, done.stdout) == (1, "")
    assert [server.function(name) for name in (one, two)] == [None, None]


def test_prune_deletes_what_the_manifest_does_not_name(start_server, tmp_path):
    server = start_server()
    server.deploy("old", "hello")

    done = server.cli("deploy", "-f", manifest_in(tmp_path, ("one", "two")), "--prune")

    assert done.returncode == 0, done.stderr
    assert server.cli("list", "-q").stdout.split() == ["one", "two"]


@pytest.mark.parametrize(
    "text, words",
    [
        ('[function.a]\nmodul = "x.wasm"', ["rockpool.toml:2", "'modul'"]),
        ('[function.A]\nmodule = "@sum"', ["rockpool.toml:1", "'A'"]),
        ("[function.a]\n", ["rockpool.toml:1", "module"]),
        ('[function.a]\nmodule = "@sum"\n[function.a.limits]\nwal = "1s"', ["wall"]),
        ('[function.a]\nmodule = "@sum"\n[function.a.limits]\nwall = "often"', ["often"]),
        ('[function.a]\nmodule = "@sum"\n[function.a.grants]\nhttp = []', ["grants"]),
        ('[function.a]\nmodule = "@sum"\n[[function.a.triggers]]\ncron = "*"', ["triggers"]),
        ('[function.a\nmodule = "@sum"', ["rockpool.toml:1"]),
        ("functions = 1", ["functions", "function"]),
    ],
)
def test_a_bad_manifest_is_told_by_line(server, tmp_path, text, words):
    (tmp_path / "rockpool.toml").write_text(text)
    before = server.cli("list", "-q").stdout

    done = server.cli("deploy", "-f", "rockpool.toml", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert all(word in done.stderr for word in words), done.stderr
    assert server.cli("list", "-q").stdout == before


def test_a_manifest_that_is_not_there_is_named(server, tmp_path):
    done = server.cli("deploy", "-f", "nowhere.toml", cwd=tmp_path)

    assert done.returncode == 1
    assert "nowhere.toml" in done.stderr


def test_set_changes_settings_and_makes_a_version(server, name):
    server.deploy(name, "cgi_env")

    done = server.cli("set", name, "limits.wall=7s", "env.GREETING=hi", f"routes=/{name}/a,/{name}/b")

    assert done.returncode == 0, done.stderr
    function = server.function(name)
    assert function["version"] == 2
    assert function["limits"]["wall"] == "7s"
    assert function["routes"] == [f"/{name}/a", f"/{name}/b"]
    assert "GREETING=hi\n" in server.get(f"/{name}/b").text
    server.cli("set", name, "limits.wall=", "env.GREETING", "routes=")
    assert server.function(name)["limits"]["wall"] == "30s"
    assert server.function(name)["env"] == {}


def test_list_and_show_tell_of_functions(server, name):
    server.deploy(name, "sum", limits={"wall": "7s"})

    listed = server.cli("list")
    shown = server.cli("show", name)

    assert re.search(rf"^{name} +typed +1 +{server.urls['ingress']}/{name}$", listed.stdout, re.M)
    assert "\x1b" not in listed.stdout + shown.stdout
    for piece in ("typed", "7s", "sum", f"/{name}"):
        assert piece in shown.stdout
    for limit in ("wall", "cpu", "memory", "concurrency", "queue", "queue-wait", "body", "response", "log"):
        assert limit in shown.stdout


def test_versions_and_rollback(server, name):
    server.deploy(name, "hello")
    server.deploy(name, "sum")

    listed = server.cli("versions", name)
    back = server.cli("rollback", name)
    forth = server.cli("rollback", name, "--to", "2")

    assert [line.split()[:2] for line in listed.stdout.splitlines()[1:]][0] == ["2", "live"]
    assert (back.returncode, forth.returncode) == (0, 0)
    assert "version 1" in back.stderr
    assert server.function(name)["version"] == 2


def test_delete_wants_a_yes(server, name):
    server.deploy(name, "sum")

    unasked = server.cli("delete", name)
    done = server.cli("delete", name, "--yes")
    again = server.cli("delete", name, "--yes")

    assert unasked.returncode == 2
    assert "--yes" in unasked.stderr
    assert done.returncode == 0
    assert server.function(name) is None
    assert again.returncode == 1
    assert "function-not-found" in again.stderr


def test_invoke_prints_results(server, name):
    server.deploy(name, "scalars")

    assert server.cli("invoke", name, "divide", "-7", "2").stdout == "-3\n"
    assert server.cli("invoke", name, "swap", "-5", "1.5").stdout == "[1.5,-5]\n"
    assert server.cli("invoke", name, "same_f64", "NaN").stdout == "NaN\n"
    assert server.cli("invoke", name, "same_i64", "9007199254740993").stdout == "9007199254740993\n"


def test_invoke_takes_strings_as_they_are(server, name):
    server.deploy(name, "all_wit_types")

    assert server.cli("invoke", name, "shout", "[not json").stdout == "[NOT JSON\n"
    assert server.cli("invoke", name, "same-record", '{"x":1,"y":2}').stdout.startswith('{"x":1')


def test_the_first_word_is_an_export_only_if_there_is_one(server, name):
    server.deploy(name, "sum")

    assert server.cli("invoke", name, "12", "43").stdout == "55\n"
    assert server.cli("invoke", name, "sum", "12", "43").stdout == "55\n"


def test_invoke_sends_bodies_and_headers(server, name, tmp_path):
    server.deploy(name, "echo")
    (tmp_path / "letter").write_bytes(b"a letter")

    from_file = server.cli("invoke", name, "--body", tmp_path / "letter")
    from_stdin = server.cli("invoke", name, "--body", "-", stdin=b"from stdin")
    server.deploy(name, "headers_back")
    seen = server.cli(
        "invoke", name, "--method", "PUT", "--path", f"/{name}/x?y", "--header", "X-Mine: 1"
    )

    assert from_file.stdout == "a letter"
    assert from_stdin.stdout == "from stdin"
    assert "method: PUT\n" in seen.stdout
    assert f"path: /{name}/x?y\n" in seen.stdout
    assert "header x-mine: 1\n" in seen.stdout


def test_invoke_fails_with_the_function(server, name):
    server.deploy(name, "traps")

    done = server.cli("invoke", name)

    assert done.returncode == 1
    assert "500" in done.stderr


def test_logs_show_what_was_written(server, name):
    server.deploy(name, "cgi_floods_the_log")
    server.get(f"/{name}?lines=5")

    assert len(server.cli("logs", name).stdout.splitlines()) == 5
    tail = server.cli("logs", name, "--tail", "2").stdout.splitlines()
    assert ["line 4" in tail[0], "line 5" in tail[1]] == [True, True]
    assert server.cli("logs", name, "--since", "1h", "--tail", "1").stdout.count("\n") == 1


def test_logs_follow_until_stopped(server, name):
    server.deploy(name, "cgi_floods_the_log")
    server.get(f"/{name}?lines=1")
    command = [str(BINARY), "logs", name, "-f"]
    environment = clean_environment(ROCKPOOL_SERVER=server.urls["control"])
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as follower:
        first = follower.stdout.readline()
        server.get(f"/{name}?lines=2")
        more = [follower.stdout.readline() for _ in range(2)]
        follower.send_signal(signal.SIGINT)

    assert b"line 1" in first
    assert b"line 2" in more[1]
