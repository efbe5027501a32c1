"""The command line as such: data and words, usage, help, completion."""

import json
import re
import shutil
import subprocess

import pytest

from testbed import BINARY, eventually, guest_path, run_cli
from testbed.server import clean_environment

COMMANDS = [
    "serve", "deploy", "set", "inspect", "list", "show", "delete", "versions", "rollback", "invoke",
    "logs", "dev", "explain", "doctor", "version", "completion",
]  # fmt: skip


JSON_COMMANDS = [
    ("deploy", "FILE", "--name", "F"),
    ("deploy", "FILE", "--name", "F", "--dry-run"),
    ("set", "F", "limits.wall=5s"),
    ("inspect", "FILE"),
    ("list",),
    ("show", "F"),
    ("versions", "F"),
    ("rollback", "F"),
    ("invoke", "F", "1", "2"),
    ("explain", "guest-trap"),
    ("explain",),
    ("version",),
    ("doctor",),
]


@pytest.mark.parametrize("command", JSON_COMMANDS, ids=" ".join)
def test_commands_that_print_data_print_json_if_asked(server, name, command):
    server.deploy(name, "hello")
    server.deploy(name, "sum")
    words = {"FILE": guest_path("sum"), "F": name}

    done = server.cli(*[words.get(word, word) for word in command], "-o", "json")

    assert done.returncode in (0, 1 if command[0] == "doctor" else 0), done.stderr
    assert json.loads(done.stdout)


def test_log_lines_are_json_if_asked(server, name):
    server.deploy(name, "logs")
    server.get(f"/{name}")

    lines = server.cli("logs", name, "-o", "json").stdout.splitlines()

    assert {json.loads(line)["message"] for line in lines} >= {"to stdout", "to stderr"}


def test_inspect_needs_no_server():
    done = run_cli("inspect", guest_path("imports_mystery"), "-o", "json")
    text = run_cli("inspect", guest_path("imports_mystery"))

    view = json.loads(done.stdout)
    assert view["abi"] == "typed"
    imports = {entry["name"]: entry for entry in view["imports"]}
    assert imports["mystery"]["offered"] is False
    assert imports["fd_wrote"]["nearest"].endswith("fd_write")
    assert "missing" in text.stdout


@pytest.mark.parametrize(
    "guest_name, abi",
    [("hello", "http"), ("cgi_hello", "cgi"), ("command_hello", "cgi"), ("sum", "typed"),
     ("all_wit_types", "typed"), ("echo_string", "json"), ("looks_like_edge", "edge"),
     ("looks_like_waverless", "waverless"), ("no_entry_point", None)],
)  # fmt: skip
def test_inspect_names_the_abi(guest_name, abi):
    done = run_cli("inspect", guest_path(guest_name), "-o", "json")

    assert json.loads(done.stdout)["abi"] == abi


@pytest.mark.parametrize(
    "content, told",
    [(b"not wasm", "does not begin with"), (b"", "empty"), (b"\n(module)", "wat2wasm"), (b"\x1f\x8b\x08", "compressed")],
)
def test_inspect_of_what_is_no_module_says_what_it_is(tmp_path, content, told):
    (tmp_path / "x.wasm").write_bytes(content)

    done = run_cli("inspect", tmp_path / "x.wasm")

    assert (done.returncode, done.stdout) == (1, "")
    assert "invalid-module" in done.stderr
    assert told in done.stderr


def test_explain_tells_every_code_offline():
    codes = json.loads(run_cli("explain", "-o", "json").stdout)

    assert len(codes) > 30
    for row in codes:
        one = run_cli("explain", row["code"])
        assert one.returncode == 0
        assert row["code"] in one.stdout
        assert str(row["status"]) in one.stdout


def test_the_server_explains_every_code_too(server):
    codes = json.loads(run_cli("explain", "-o", "json").stdout)

    for row in codes:
        path = f"/.well-known/rockpool/errors/{row['code']}"
        for answer in (server.get(path), server.call("GET", path)):
            if answer.status == 404:  # codes that never leave the process
                assert row["status"] in (500, 503, 409)
                continue
            assert answer.status == 200
            assert row["title"] in answer.text


def test_version_is_the_servers(server):
    version = server.call("GET", "/v1/info").json()["version"]

    assert run_cli("version").stdout == f"rockpool {version}\n"
    assert run_cli("--version").stdout == f"rockpool {version}\n"


def test_doctor_finds_a_healthy_server(server):
    done = server.cli("doctor", "--data", server.data)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok" in done.stdout


def test_no_server_is_told_with_how_to_start_one():
    done = run_cli("list", ROCKPOOL_SERVER="http://127.0.0.1:9")

    assert (done.returncode, done.stdout) == (1, "")
    assert "rockpool serve" in done.stderr
    assert "127.0.0.1:9" in done.stderr


def test_the_server_flag_wins_over_the_variable(server):
    done = run_cli("--server", server.urls["control"], "list", "-q", ROCKPOOL_SERVER="http://127.0.0.1:9")

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("shell, checker", [("bash", "bash"), ("zsh", "zsh"), ("fish", "fish")])
def test_completion_scripts_name_every_command(shell, checker, tmp_path):
    done = run_cli("completion", shell)

    assert done.returncode == 0
    for command in COMMANDS:
        assert command in done.stdout
    if shutil.which(checker):
        script = tmp_path / "script"
        script.write_text(done.stdout)
        subprocess.run([checker, "-n", script], check=True)


def test_bash_completes_commands_and_options(server, tmp_path):
    script = tmp_path / "complete.bash"
    script.write_text(run_cli("completion", "bash").stdout)
    lines = f"""
source {script}
export PATH={BINARY.parent}:$PATH
complete_line() {{
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${{#COMP_LINE}}
  COMPREPLY=(); $(complete -p rockpool | sed 's/.*-F \\([^ ]*\\).*/\\1/') rockpool "${{@: -1}}" "${{@: -2:1}}"
  echo "${{COMPREPLY[*]}}"
}}
complete_line rockpool roll
complete_line rockpool deploy --dry
"""
    done = subprocess.run(
        ["bash", "-c", lines], capture_output=True, text=True, env=clean_environment(), check=True
    )

    assert [line.split() for line in done.stdout.splitlines()] == [["rollback"], ["--dry-run"]]


def test_help_is_there_for_every_command():
    whole = run_cli("--help")
    for command in COMMANDS:
        assert re.search(rf"^ +{command} ", whole.stdout, re.M), command
        done = run_cli(command, "--help")
        assert done.returncode == 0
        assert done.stdout


WRONG_USAGE = [
    ([], ""),
    (["depoly"], "deploy"),
    (["lst"], "list"),
    (["deploy"], "FILE"),
    (["deploy", "x.wasm", "--nam", "y"], "--name"),
    (["deploy", "@sum", "--name", "UPPER"], "UPPER"),
    (["deploy", "@sum", "--limit", "wal=1s"], "wall"),
    (["deploy", "@sum", "--limit", "wall"], ""),
    (["deploy", "@sum", "--env", "NOVALUE"], "NAME=VALUE"),
    (["deploy", "@sum", "-f", "rockpool.toml"], ""),
    (["deploy", "@sum", "--prune"], ""),
    (["deploy", "@sum", "-o", "yaml"], "json"),
    (["set", "f"], "SETTING"),
    (["set", "f", "limit.wall=1s"], "limits"),
    (["set"], "NAME"),
    (["inspect"], ""),
    (["list", "extra"], "extra"),
    (["show"], "NAME"),
    (["delete"], "NAME"),
    (["versions"], "NAME"),
    (["rollback"], "NAME"),
    (["rollback", "f", "--to", "one"], ""),
    (["invoke"], "NAME"),
    (["logs"], "NAME"),
    (["logs", "f", "--tail", "x"], ""),
    (["dev"], "FILE"),
    (["explain", "guest-trp"], "guest-trap"),
    (["doctor", "--dta", "x"], "--data"),
    (["version", "--outptu", "json"], "--output"),
    (["completion"], ""),
    (["completion", "tcsh"], "bash"),
    (["serve", "--ingres", "x"], "--ingress"),
    (["serve", "--ingress", "nonsense"], "ingress"),
    (["serve", "--reactors", "many"], "reactors"),
    (["serve", "--log-format", "xml"], "log-format"),
    (["serve", "--drain-delay", "soon"], "drain-delay"),
    (["serve", "--tls-cert", "only-one.pem"], "tls-key"),
    (["serve", "--trusted-proxies", "everybody"], "everybody"),
]


@pytest.mark.parametrize("words, told", WRONG_USAGE, ids=lambda v: " ".join(v) if isinstance(v, list) else "")
def test_wrong_usage_is_exit_code_2_and_says_what_is_right(server, words, told, tmp_path):
    before = server.cli("list", "-q").stdout
    data = ["--data", str(tmp_path / "data")] if words[:1] == ["serve"] else []

    done = server.cli(*words, *data, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, ""), done.stdout + done.stderr
    assert told in done.stderr
    assert server.cli("list", "-q").stdout == before


FAILS = [
    (["deploy", "nowhere.wasm"], "nowhere.wasm"),
    (["deploy", "@helo"], "@hello"),
    (["set", "nobody", "limits.wall=1s"], "function-not-found"),
    (["show", "nobody"], "function-not-found"),
    (["versions", "nobody"], "function-not-found"),
    (["rollback", "nobody"], "function-not-found"),
    (["invoke", "nobody"], "function-not-found"),
    (["logs", "nobody"], "function-not-found"),
    (["inspect", "nowhere.wasm"], "nowhere.wasm"),
    (["dev", "nowhere.wasm"], "nowhere.wasm"),
]


@pytest.mark.parametrize("words, told", FAILS, ids=lambda v: " ".join(v) if isinstance(v, list) else "")
def test_failures_are_exit_code_1(server, words, told, tmp_path):
    done = server.cli(*words, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr


def test_colour_is_for_terminals_only(server, name):
    server.deploy(name, "sum")
    environment = clean_environment(ROCKPOOL_SERVER=server.urls["control"], TERM="xterm")
    command = f"{BINARY} doctor --data {server.data}"

    def on_terminal(**more):
        done = subprocess.run(
            ["script", "-qec", command, "/dev/null"], capture_output=True, stdin=subprocess.DEVNULL,
            env={**environment, **more}, timeout=60,
        )  # fmt: skip
        return done.stdout

    assert b"\x1b[" in on_terminal()
    assert b"\x1b[" not in on_terminal(NO_COLOR="1")
    assert "\x1b[" not in server.cli("doctor", "--data", server.data).stdout


def test_the_man_page_names_every_command():
    done = run_cli("man")

    assert done.stdout.startswith(".TH")
    for command in COMMANDS:
        assert command in done.stdout


def test_a_hint_follows_success_on_a_terminal_only(server, name):
    environment = clean_environment(ROCKPOOL_SERVER=server.urls["control"], TERM="xterm")
    command = f"{BINARY} deploy {guest_path('sum')} --name {name}"
    shown = subprocess.run(
        ["script", "-qec", command, "/dev/null"], capture_output=True, stdin=subprocess.DEVNULL,
        env=environment, timeout=60,
    )  # fmt: skip
    piped = server.cli("deploy", guest_path("sum"), "--name", name)

    assert b"rockpool logs" in shown.stdout
    assert piped.stderr == ""
    eventually(lambda: server.function(name))
