#!/usr/bin/env python3
"""Compares the tables of docs/reference/ with the lists of the sources that they describe.

The command line's page needs no check here: src/cli/cli_test.cc compares it with the commands themselves.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import cpp_text

ROOT = Path(__file__).resolve().parent.parent

ERROR_ROW = re.compile(r'\{\w+, "([a-z-]+)", (\d{3}),')
# Rows without a help text are hidden settings, for tests.
SETTING_ROW = re.compile(r'\{\{"([a-z-]+)", "([^"]+)",\s*"[^"]')
LIMIT_ROW = re.compile(r'\{"([a-z-]+)", "(a [^"]+)",')
FUNCTION_SETTING = re.compile(r'\{\.name = "(\w+)",\s*\.form')
FAMILY = re.compile(r"\.(counters|gauges|histograms|gauge|counter)\(")
FAMILY_NAME = re.compile(r'"((?:rockpool|wess)_\w+)"')
LABEL_NAMES = re.compile(r"\.label_names = \{([^}]*)\}")
API_CALL = re.compile(r"(GET|PUT|POST|PATCH|DELETE) (/[^?`]*)(?:\?[^`]*)?")

METRIC_TYPES = {"counters": "counter", "gauges": "gauge", "gauge": "gauge", "counter": "counter", "histograms": "histogram"}
HTTP_METHODS = ("get", "put", "post", "patch", "delete")
NO_LABELS = "-"


def error_codes(root):
    return ERROR_ROW.findall((root / "src/base/error_code.cc").read_text())


def server_settings(root):
    return SETTING_ROW.findall((root / "src/manifest/server_settings.cc").read_text())


def limits(root):
    return LIMIT_ROW.findall((root / "src/engine/limits.cc").read_text())


def function_settings(root):
    found = FUNCTION_SETTING.findall((root / "src/platform/functions/setting_rows.cc").read_text())
    return [(name,) for name in ["module", *found]]


def metric_families(root):
    """Name, type and labels of every family that a source makes."""
    for source in sorted((root / "src").rglob("*.cc")):
        if source.stem.endswith("_test"):
            continue
        text = source.read_text()
        for maker in FAMILY.finditer(text):
            options = text[maker.end() : cpp_text.closing(cpp_text.blanked(text), maker.end() - 1)].strip()
            if name := FAMILY_NAME.search(options):
                yield name[1], METRIC_TYPES[maker[1]], labels_of(options)


def labels_of(options):
    """As the page writes them. `by_function()` is how function_metrics.cc makes those with that one label."""
    if options.startswith("by_function("):
        return "function"
    names = LABEL_NAMES.search(options)
    return "`, `".join(re.findall(r'"(\w+)"', names[1])) if names else NO_LABELS


def api_calls(root):
    document = json.loads((root / "src/api/control/openapi.json").read_text())
    for path, item in document["paths"].items():
        for method in HTTP_METHODS:
            if method in item:
                yield (f"{method.upper()} {path}",)


def rows_of(page, heading):
    """The cells of the tables whose first heading is that one, as they are written."""
    inside = False
    for line in page.splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if cells[0].strip() == heading:
            inside = True
        elif inside and not line.startswith("|--"):
            yield cells


def bare(cell):
    """A cell without the marks of a code span around it."""
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == "`" else cell


def cells(heading, columns):
    """Reads the first columns of the tables with that heading."""

    def read(page):
        for row in rows_of(page, heading):
            yield tuple(bare(cell) for cell in row[:columns])

    return read


def documented_calls(page):
    for row in rows_of(page, "call"):
        for method, path in API_CALL.findall(row[0]):
            yield (f"{method} {path}",)


@dataclass(frozen=True)
class Comparison:
    page: str
    what: str
    of_source: Callable
    of_page: Callable


REFERENCE = "docs/reference"
COMPARISONS = [
    Comparison(f"{REFERENCE}/errors.md", "error code", error_codes, cells("code", 2)),
    Comparison(f"{REFERENCE}/metrics.md", "metric", metric_families, cells("name", 3)),
    Comparison(f"{REFERENCE}/manifest.md", "server setting", server_settings, cells("setting", 2)),
    Comparison(f"{REFERENCE}/manifest.md", "function setting", function_settings, cells("key", 1)),
    Comparison(f"{REFERENCE}/manifest.md", "limit", limits, cells("limit", 2)),
    Comparison(f"{REFERENCE}/api.md", "call", api_calls, documented_calls),
]


def problems_of(root, comparison):
    page = root / comparison.page
    if not page.exists():
        yield f"{comparison.page} does not exist"
        return
    known = list(comparison.of_source(root))
    told = list(comparison.of_page(page.read_text()))
    if not known:
        yield f"{comparison.page}: the sources have no {comparison.what}: this check looks in the wrong place"
    for item in known:
        if item not in told:
            yield f"{comparison.page}: lacks the {comparison.what} {' | '.join(item)}"
    for item in told:
        if item not in known:
            yield f"{comparison.page}: the sources have no {comparison.what} {' | '.join(item)}"
    for item in sorted({item for item in told if told.count(item) > 1}):
        yield f"{comparison.page}: tells the {comparison.what} {' | '.join(item)} twice"


def check(root):
    return [problem for comparison in COMPARISONS for problem in problems_of(root, comparison)]


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    found = check(root)
    for problem in found:
        print(problem)
    print(f"check_reference: {len(found)} problems", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
