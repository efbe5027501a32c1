"""Modules that import from other functions' modules: `links`, by every way to set them."""

import json

import pytest

from testbed import Server, guest_path
from testbed.wasm import answers

LINK = {"env": "mathlib"}
IDENTITIES = "test:guests/identities"


@pytest.fixture
def mathlib(server, name):
    """The function that others are linked to; its name."""
    server.deploy(f"{name}-lib", "mathlib")
    return f"{name}-lib"


@pytest.fixture
def importer(server, name, mathlib):
    server.deploy(name, "imports_mathlib", links={"env": mathlib})
    return name


def call(server, name, export, *arguments):
    answer = server.request("POST", f"/{name}/{export}", json.dumps(arguments))
    assert answer.status == 200, answer.text
    return answer.json()[0]


def test_what_a_module_imports_another_one_gives(server, importer):
    assert call(server, importer, "sum3", 1, 2, 3) == 6


def test_memories_tables_and_globals_are_given_too(server, importer):
    assert call(server, importer, "from_its_memory") == 42
    assert call(server, importer, "through_the_table", 12, 43) == 55
    assert call(server, importer, "version") == 3


def test_each_call_has_instances_of_its_own(server, importer):
    assert [call(server, importer, "calls") for _ in range(3)] == [1, 1, 1]


def test_instances_that_are_kept_keep_those_they_are_linked_to(server, name, mathlib):
    server.deploy(name, "imports_mathlib", links={"env": mathlib}, reuse="instance")

    assert [call(server, name, "calls") for _ in range(3)] == [1, 2, 3]


def test_a_linked_module_is_initialised_first(server, importer):
    assert call(server, importer, "base_at_start") == 1000


def test_what_the_linked_module_lacks_the_server_offers(server, importer):
    assert len({call(server, importer, "random") for _ in range(8)}) > 1


def test_a_trap_in_a_linked_module_is_the_callers(server, importer):
    answer = server.request("POST", f"/{importer}/traps")

    assert (answer.status, answer.json()["code"]) == (500, "guest-trap")


def test_time_in_a_linked_module_is_the_callers(server, name, mathlib):
    server.deploy(name, "imports_mathlib", links={"env": mathlib}, limits={"cpu": "50ms"})

    answer = server.request("POST", f"/{name}/spins")

    assert (answer.status, answer.json()["code"]) == (504, "limit-cpu")


def test_memory_of_linked_modules_counts(server, name, mathlib):
    answer = server.try_deploy(name, "imports_mathlib", links={"env": mathlib}, limits={"memory": "64KiB"})

    assert (answer.status, answer.json()["code"]) == (422, "start-failed")


def test_links_go_on_from_module_to_module(server, name, importer, mathlib):
    server.deploy(f"{name}-two", "imports_two", links={"sums": importer, "env": mathlib})

    assert call(server, f"{name}-two", "sum6", 1, 2, 3, 4, 5, 6) == 21
    # The module that both import from is there once.
    assert call(server, f"{name}-two", "calls_of_both") == 2


def test_a_link_is_pinned_to_the_version_that_was_live(server, name):
    server.deploy(f"{name}-lib", answers(3))
    server.deploy(name, "imports_f", links={"env": f"{name}-lib"})
    server.deploy(f"{name}-lib", answers(4))

    assert call(server, name, "f") == 3
    again = server.deploy(name, "imports_f", links={"env": f"{name}-lib"})

    assert again["version"] == 2
    assert call(server, name, "f") == 4
    assert [linked["version"] for linked in again["linked"]] == [2]


def test_other_settings_change_without_the_links(server, name):
    server.deploy(f"{name}-lib", answers(3))
    server.deploy(name, "imports_f", links={"env": f"{name}-lib"})
    server.deploy(f"{name}-lib", answers(4))
    server.call("DELETE", f"/v1/functions/{name}-lib")

    assert server.cli("set", name, "limits.cpu=1s").returncode == 0

    assert call(server, name, "f") == 3


def test_a_linked_function_may_go(server, importer, mathlib):
    assert server.call("DELETE", f"/v1/functions/{mathlib}").status == 204

    assert call(server, importer, "sum3", 1, 2, 3) == 6


def test_links_last_and_their_modules_are_kept(tmp_path):
    with Server(tmp_path / "data") as server:
        server.deploy("mathlib", "mathlib")
        server.deploy("sums", "imports_mathlib", links=LINK)
        digest = server.function("mathlib")["digest"]
        server.call("DELETE", "/v1/functions/mathlib")
    for code in (tmp_path / "data" / "cache").iterdir():
        code.unlink()  # may be deleted at any time
    with Server(tmp_path / "data") as server:
        assert call(server, "sums", "sum3", 1, 2, 3) == 6
        assert server.call("GET", f"/v1/modules/{digest}").status == 200
        shown = server.function("sums")
        assert shown["links"] == LINK
        assert shown["linked"] == [{"function": "mathlib", "version": 1, "digest": digest}]


def test_a_rollback_brings_the_links_of_its_version_back(server, name, importer):
    server.deploy(name, "sum", links={})
    assert server.cli("rollback", name).returncode == 0

    assert call(server, importer, "sum3", 1, 2, 3) == 6


def test_a_flag_and_show_tell_links(server, name, mathlib):
    done = server.cli("deploy", guest_path("imports_mathlib"), "--name", name, "--link", f"env={mathlib}")

    assert done.returncode == 0, done.stderr
    shown = server.cli("show", name).stdout
    assert f"links.env: {mathlib}" in " ".join(shown.split())
    assert f"linked: {mathlib} version 1, sha256:" in " ".join(shown.split())


def test_a_flag_without_a_function_is_wrong_usage(server, name):
    done = server.cli("deploy", guest_path("imports_mathlib"), "--name", name, "--link", "env")

    assert done.returncode == 2
    assert "IMPORT=FUNCTION" in done.stderr


def test_set_gives_and_takes_links(server, name, mathlib):
    server.deploy(name, "imports_mathlib", links={"env": mathlib})
    server.deploy(f"{mathlib}-2", "mathlib")

    assert server.cli("set", name, f"links.env={mathlib}-2").returncode == 0
    taken = server.cli("set", name, "links.env")

    assert server.function(name)["links"] == {"env": f"{mathlib}-2"}
    assert taken.returncode == 1
    assert "import-missing" in taken.stderr


def test_a_manifest_may_hold_both_in_any_order(server, name, tmp_path):
    manifest = tmp_path / "rockpool.toml"
    manifest.write_text(
        f'[function.{name}]\nmodule = "{guest_path("imports_mathlib")}"\nlinks = {{ env = "{name}-lib" }}\n'
        f'[function.{name}-lib]\nmodule = "{guest_path("mathlib")}"\n'
    )

    done = server.cli("deploy", "-f", manifest)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0].endswith(f"/{name}")
    assert call(server, name, "sum3", 1, 2, 3) == 6


def test_a_manifest_that_goes_in_a_circle_is_refused(server, name, tmp_path):
    manifest = tmp_path / "rockpool.toml"
    manifest.write_text(
        f'[function.{name}]\nmodule = "{guest_path("imports_mathlib")}"\nlinks = {{ env = "{name}-b" }}\n'
        f'[function.{name}-b]\nmodule = "{guest_path("imports_two")}"\nlinks = {{ env = "{name}" }}\n'
    )

    done = server.cli("deploy", "-f", manifest)

    assert done.returncode == 1
    assert "would be linked to itself" in done.stderr
    assert server.call("GET", f"/v1/functions/{name}").status == 404


def test_a_function_is_not_linked_to_itself(server, name, importer, mathlib):
    own = server.try_deploy(mathlib, "imports_two", links={"env": mathlib})
    around = server.try_deploy(mathlib, "imports_two", links={"sums": importer})

    assert (own.status, own.json()["code"]) == (400, "invalid-argument")
    assert (around.status, around.json()["code"]) == (400, "invalid-argument")
    assert "would be linked to itself" in around.json()["detail"]
    assert server.function(mathlib)["version"] == 1


def test_missing_exports_and_other_types_are_named(server, name, mathlib):
    answer = server.try_deploy(name, "imports_other_types", links={"env": mathlib})

    assert (answer.status, answer.json()["code"]) == (422, "import-missing")
    missing, other = answer.json()["imports"]
    assert (missing["name"], missing["nearest"]) == ("ad", "add")
    assert mathlib in missing["advice"]
    assert other["name"] == "half"
    assert "func (f64) -> f64" in other["advice"] and "func (i32) -> i32" in other["advice"]


def test_a_memory_that_is_too_small_is_named(server, name, mathlib):
    answer = server.try_deploy(name, "imports_much_memory", links={"env": mathlib})

    assert (answer.status, answer.json()["code"]) == (422, "import-missing")
    assert "env.memory" in answer.json()["detail"]


@pytest.mark.parametrize(
    "links, why",
    [
        ({"env": "nobody-has-this-name"}, "there is no function 'nobody-has-this-name'"),
        ({"env": "Not A Name"}, "links.env"),
        ({"other": "{LIB}"}, "imports nothing of 'other'"),
    ],
)
def test_links_that_lead_nowhere_are_refused(server, name, mathlib, links, why):
    links = {key: value.replace("{LIB}", mathlib) for key, value in links.items()}

    answer = server.try_deploy(name, "imports_mathlib", links=links)

    assert (answer.status, answer.json()["code"]) == (400, "invalid-argument")
    assert why in answer.json()["detail"]


@pytest.fixture
def component(server, name):
    """A component that is linked to the one that gives everything back."""
    server.deploy(f"{name}-lib", "all_wit_types")
    server.deploy(name, "imports_identities", links={IDENTITIES: f"{name}-lib"})
    return name


def test_a_component_calls_what_another_one_exports(server, component):
    assert call(server, component, "total", 12, 43) == 55
    assert call(server, component, "echo", "Grüße") == "Grüße"
    assert call(server, component, "moved", 1, -2) == "still here"
    assert server.function(component)["linked"][0]["function"] == f"{component}-lib"


def test_linked_components_may_be_kept(server, name):
    server.deploy(f"{name}-lib", "all_wit_types")
    server.deploy(name, "imports_identities", links={IDENTITIES: f"{name}-lib"}, reuse="instance")

    assert [call(server, name, "total", 1, number) for number in range(3)] == [1, 2, 3]


def test_memory_of_linked_components_counts(server, name):
    server.deploy(f"{name}-lib", "all_wit_types")
    alone = server.try_deploy(name, "all_wit_types", limits={"memory": "192KiB"})

    answer = server.try_deploy(
        name, "imports_identities", links={IDENTITIES: f"{name}-lib"}, limits={"memory": "192KiB"}
    )

    assert alone.status == 201, alone.text
    assert (answer.status, answer.json()["code"]) == (422, "start-failed")


def test_resources_do_not_go_through_links(server, name):
    server.deploy(f"{name}-lib", "uses_resources")

    answer = server.try_deploy(name, "imports_counters", links={"test:guests/counters": f"{name}-lib"})

    assert (answer.status, answer.json()["code"]) == (422, "module-unsupported")
    assert "resource" in answer.json()["detail"]


def test_an_interface_that_the_linked_component_lacks_is_named(server, name):
    server.deploy(f"{name}-lib", "same_name_twice")

    answer = server.try_deploy(name, "imports_identities", links={IDENTITIES: f"{name}-lib"})

    assert (answer.status, answer.json()["code"]) == (422, "import-missing")
    assert answer.json()["imports"][0]["module"] == IDENTITIES
    assert f"{name}-lib" in answer.json()["imports"][0]["advice"]


def test_a_component_gives_nothing_to_a_core_module(server, name):
    server.deploy(f"{name}-lib", "hello")

    answer = server.try_deploy(name, "imports_mathlib", links={"env": f"{name}-lib"})

    assert (answer.status, answer.json()["code"]) == (400, "invalid-argument")
    assert "core module" in answer.json()["detail"]
