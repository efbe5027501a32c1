"""Runs the features of tests/behaviour/ with Behave."""

import json
import subprocess
import sys

from testbed import ROOT
from testbed.server import clean_environment

FEATURES = ROOT / "tests" / "behaviour"
TIMEOUT_SECONDS = 150


def test_wess_behaves_as_its_users_expect(start_server, tmp_path):
    server = start_server("--wess", "127.0.0.1:0")
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "behave", "--format", "json", "--outfile", report, "--format", "plain"]

    done = subprocess.run(
        [*map(str, command), str(FEATURES)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        env=clean_environment(WESS_SERVER=server.urls["wess"], WESS_LOG=server.data / "log" / "wess.log"),
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    features = json.loads(report.read_text())
    scenarios = [entry for feature in features for entry in feature["elements"] if entry["type"] == "scenario"]
    assert {feature["status"] for feature in features} == {"passed"}
    assert {scenario["status"] for scenario in scenarios} == {"passed"}
    assert len(features) == len(list(FEATURES.glob("*.feature")))
