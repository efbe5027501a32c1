"""Lists in calls of core modules: types by every way to set them, and calls of any size."""

import json

from testbed import Server, guest_path

SUM = "(list<s32>) -> s64"
SCALED = "(list<f64>, f64) -> list<f64>"


def call(server, name, export, *arguments):
    answer = server.request("POST", f"/{name}/{export}", json.dumps(arguments))
    assert answer.status == 200, answer.text
    return answer.json()


def test_a_flag_gives_an_export_its_type(server, name):
    done = server.cli(
        "deploy", guest_path("lists"), "--name", name, "--types", f"sum={SUM}", "--types", f"scaled={SCALED}"
    )

    assert done.returncode == 0, done.stderr
    assert call(server, name, "sum", [1, 2, 3]) == [6]
    assert call(server, name, "scaled", [1, 2.5], -2) == [[-2, -5]]
    assert server.function(name)["types"] == {"sum": SUM, "scaled": SCALED}
    shown = server.cli("show", name).stdout
    assert "sum(list<s32>) -> s64" in shown
    assert "scaled(list<f64>, f64) -> list<f64>" in shown
    assert "dot(s32, s32, s32, s32) -> f32" in shown


def test_a_flag_without_types_is_wrong_usage(server, name):
    done = server.cli("deploy", guest_path("lists"), "--name", name, "--types", "sum")

    assert done.returncode == 2
    assert "EXPORT=TYPES" in done.stderr


def test_a_manifest_has_types(server, name, tmp_path):
    manifest = tmp_path / "rockpool.toml"
    manifest.write_text(
        f'[function.{name}]\nmodule = "{guest_path("lists")}"\ntypes = {{ sum = "{SUM}" }}\n'
    )

    done = server.cli("deploy", "-f", manifest)

    assert done.returncode == 0, done.stderr
    assert call(server, name, "sum", [-1, -2]) == [-3]


def test_a_manifest_names_the_line_of_a_type_that_is_invalid(server, name, tmp_path):
    manifest = tmp_path / "rockpool.toml"
    manifest.write_text(
        f'[function.{name}]\nmodule = "{guest_path("lists")}"\ntypes = {{ sum = "list" }}\n'
    )

    done = server.cli("deploy", "-f", manifest)

    assert done.returncode == 2
    assert "rockpool.toml:3: types.sum" in done.stderr


def test_set_gives_changes_and_takes_a_type(server, name):
    server.deploy(name, "lists")
    assert server.cli("set", name, f"types.sum={SUM}").returncode == 0
    assert call(server, name, "sum", [4, 5]) == [9]

    taken = server.cli("set", name, "types.sum")

    assert taken.returncode == 0, taken.stderr
    assert server.function(name)["types"] == {}
    assert call(server, name, "sum", 0, 0) == [0]


def test_a_module_that_no_longer_fits_does_not_replace_one_that_does(server, name):
    server.deploy(name, "lists", types={"sum": SUM})

    done = server.cli("deploy", guest_path("sum"), "--name", name)

    assert done.returncode == 1
    assert "types.sum" in done.stderr
    assert call(server, name, "sum", [7]) == [7]


def test_invoke_takes_a_list_as_a_word(server, name):
    server.deploy(name, "lists", types={"scaled": SCALED})

    done = server.cli("invoke", name, "scaled", "[1, 2]", "0.5")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) in ([[0.5, 1]], [0.5, 1])


def test_types_last_and_roll_back(tmp_path):
    with Server(tmp_path / "data") as server:
        server.deploy("maths", "lists", types={"sum": SUM})
        server.deploy("maths", "lists", types={})
    with Server(tmp_path / "data") as server:
        assert server.cli("rollback", "maths").returncode == 0
        assert call(server, "maths", "sum", [1, 1]) == [2]
        assert server.function("maths")["types"] == {"sum": SUM}


def test_a_list_may_have_a_megabyte(server, name):
    server.deploy(name, "lists", types={"scaled": SCALED})
    numbers = [float(number) for number in range(131_072)]

    assert call(server, name, "scaled", numbers, 2) == [[2 * number for number in numbers]]


def test_a_call_has_a_million_values_at_most(server, name):
    server.deploy(name, "lists", types={"sum": SUM})

    answer = server.request("POST", f"/{name}/sum", "[[" + ",".join(["1"] * 1_000_001) + "]]")

    assert (answer.status, answer.json()["code"]) == (400, "bad-arguments")
    assert "1000000" in answer.json()["detail"]


def test_lists_that_the_guest_has_no_memory_for_are_a_trap(server, name):
    server.deploy(name, "lists", types={"sum": SUM}, limits={"memory": "192KiB"})

    answer = server.request("POST", f"/{name}/sum", json.dumps([[1] * 100_000]))

    assert (answer.status, answer.json()["code"]) == (500, "guest-trap")
    assert "no room" in answer.json()["detail"]


def test_memory_that_holds_lists_is_counted(server, name):
    server.deploy(name, "lists", types={"sum": SUM})

    invoked = server.call("POST", f"/v1/functions/{name}/invoke", {"export": "sum", "args": [[1] * 500_000]})

    assert invoked.json()["results"] == [500_000]
    assert invoked.json()["memory_peak_bytes"] > 2_000_000


def test_help_shows_how_a_type_is_written(server):
    text = server.cli("deploy", "--help").stdout

    assert "--types EXPORT=TYPES" in text
