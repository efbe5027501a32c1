"""Each function of examples/ is deployed as its reader would, and answers as examples.json says."""

import json

import pytest

from testbed import EXAMPLES, ROOT

ENTRIES = json.loads((ROOT / "examples" / "examples.json").read_text())
SAMPLES = [entry for entry in ENTRIES if "sample" in entry]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_an_example_answers_as_it_says(server, name, entry):
    module = EXAMPLES / entry["file"]
    if not module.exists():
        pytest.skip(f"{entry['name']} was not built: this machine lacks {missing_tool(entry)}")

    done = server.cli("deploy", module, "--name", name, timeout=170)  # compiles up to 18 MB

    assert done.returncode == 0, done.stderr
    assert_answers(server, name, entry)


@pytest.mark.parametrize("entry", SAMPLES, ids=lambda entry: entry["sample"])
def test_a_sample_answers_as_the_example_it_is_made_of(server, name, entry):
    done = server.cli("deploy", f"@{entry['sample']}", "--name", name)

    assert done.returncode == 0, done.stderr
    assert_answers(server, name, entry)


def missing_tool(entry):
    """What build.py said it lacked; a module that it should have built fails the test."""
    missing = json.loads((EXAMPLES / "missing.json").read_text())
    folder = entry["file"].split("/")[0]
    assert folder in missing, f"{entry['file']} was not built: run examples/build.py"
    return missing[folder]


def assert_answers(server, name, entry):
    assert server.function(name)["abi"] == entry["abi"]
    for call in entry["calls"]:
        request, expected = call["request"], call["answer"]
        path = f"/{name}{request['path']}"
        answer = server.request(request["method"], path, request.get("body"), request.get("headers"))
        assert answer.status == expected["status"], answer.text
        for header, value in expected.get("headers", {}).items():
            assert answer.header(header) == value
        if "body" in expected:
            assert answer.text == expected["body"]
        if "body_json" in expected:
            filled = json.dumps(expected["body_json"]).replace("{FUNCTION}", f"/{name}")
            assert answer.json() == json.loads(filled)
        for piece in expected.get("body_contains", []):
            assert piece in answer.text


def test_every_example_folder_is_called():
    folders = {path.parent.name for path in (ROOT / "examples").glob("*/build.sh")}

    assert folders == {entry["file"].split("/")[0] for entry in ENTRIES}
