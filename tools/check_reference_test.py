import json

import check_reference
import pytest

PAGES = {
    "errors.md": "| code | status |\n|---|---|\n| `not-found` | 404 |\n",
    "metrics.md": (
        "| name | type | labels |\n|---|---|---|\n"
        "| `rockpool_calls_total` | counter | `function`, `outcome` |\n"
        "| `rockpool_calls_running` | gauge | `function` |\n"
        "| `rockpool_memory_bytes` | gauge | - |\n"
    ),
    "manifest.md": (
        "| key | value |\n|---|---|\n| `module` | text |\n| `routes` | array |\n\n"
        "| limit | takes |\n|---|---|\n| `wall` | a duration from 1ms to 24h |\n\n"
        "| setting | value |\n|---|---|\n| `data` | `DIR` |\n"
    ),
    "api.md": "| call | does |\n|---|---|\n| `GET /v1/functions?limit=` | lists |\n| `GET /healthz`, `GET /readyz` | probes |\n",
}

SOURCES = {
    "src/base/error_code.cc": '{NotFound, "not-found", 404, "Not found", ""},\n',
    "src/manifest/server_settings.cc": '{{"data", "DIR", "what the server remembers"}, set_data},\n',
    "src/engine/limits.cc": '{"wall", "a duration from 1ms to 24h",\n [](Limits& l) {}},\n',
    "src/platform/functions/setting_rows.cc": '{.name = "routes",\n .form = SettingForm::List,\n',
    "src/platform/admission/function_metrics.cc": (
        'calls(registry.counters({.name = "rockpool_calls_total",\n  .help = "Calls (all); by outcome.",\n'
        '  .label_names = {"function", "outcome"}})),\n'
        'running(registry.gauges(\n  by_function("rockpool_calls_running", "Now.")))\n'
        'registry.gauge("rockpool_memory_bytes", "Memory.", [] { return 1.0; });\n'
    ),
    "src/platform/function_metrics_test.cc": 'registry.counters({.name = "rockpool_only_a_test"});\n',
    "src/api/control/openapi.json": json.dumps(
        {"paths": {"/v1/functions": {"parameters": [], "get": {}}, "/healthz": {"get": {}}, "/readyz": {"get": {}}}}
    ),
}


@pytest.fixture
def checkout(tmp_path):
    """A small repository whose reference is true."""
    for path, text in SOURCES.items():
        write(tmp_path, path, text)
    for page, text in PAGES.items():
        write(tmp_path, f"docs/reference/{page}", text)
    return tmp_path


def write(root, path, text):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def replace(root, path, old, new):
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def test_a_true_reference_passes(checkout):
    assert check_reference.check(checkout) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_is_missing_is_found(checkout, page):
    (checkout / "docs/reference" / page).unlink()

    assert any("does not exist" in problem for problem in check_reference.check(checkout))


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("errors.md", "| `not-found` | 404 |"),
        ("metrics.md", "| `rockpool_memory_bytes` | gauge | - |"),
        ("manifest.md", "| `routes` | array |"),
        ("manifest.md", "| `wall` | a duration from 1ms to 24h |"),
        ("manifest.md", "| `data` | `DIR` |"),
        ("api.md", "| `GET /v1/functions?limit=` | lists |"),
    ],
)
def test_a_row_that_is_missing_is_found(checkout, page, line):
    replace(checkout, f"docs/reference/{page}", line + "\n", "")

    assert len(check_reference.check(checkout)) == 1


@pytest.mark.parametrize("page", PAGES)
def test_a_row_of_nothing_is_found(checkout, page):
    first_row = PAGES[page].splitlines()[2]
    invented = {"errors.md": "| `gone` | 410 |", "metrics.md": "| `rockpool_gone` | gauge | - |"}
    row = invented.get(page, "| `DELETE /gone` | - |")
    replace(checkout, f"docs/reference/{page}", first_row, f"{first_row}\n{row}")

    assert len(check_reference.check(checkout)) == 1


def test_a_row_that_stands_twice_is_found(checkout):
    replace(checkout, "docs/reference/errors.md", "| `not-found` | 404 |\n", "| `not-found` | 404 |\n" * 2)

    assert len(check_reference.check(checkout)) == 1


@pytest.mark.parametrize(
    ("page", "told", "instead"),
    [
        ("errors.md", "404", "410"),
        ("metrics.md", "`function`, `outcome`", "`function`"),
        ("metrics.md", "counter", "gauge"),
        ("manifest.md", "24h", "48h"),
        ("manifest.md", "`DIR`", "`FILE`"),
        ("api.md", "GET /v1", "PUT /v1"),
    ],
)
def test_a_row_that_tells_something_else_is_found(checkout, page, told, instead):
    replace(checkout, f"docs/reference/{page}", told, instead)

    assert len(check_reference.check(checkout)) == 2


def test_a_list_that_is_no_longer_found_is_said(checkout):
    write(checkout, "src/base/error_code.cc", "// moved\n")

    assert any("wrong place" in problem for problem in check_reference.check(checkout))
