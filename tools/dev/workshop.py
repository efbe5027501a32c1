"""Where the steps of `./dev test` work: folders, programs, time limits."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import outcome

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"
REPORTS = BUILD / "reports"
GUESTS = BUILD / "guests"
EXAMPLES = BUILD / "examples"
JOBS = os.environ.get("ROCKPOOL_JOBS") or str(os.cpu_count())


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "rockpool"


def run(arguments, minutes, **variables):
    """Runs a program with the repository as its folder and gives its exit code.

    When time is up the program ends with all its children, and 124 is returned.
    """
    environment = {**os.environ, **{name: str(value) for name, value in variables.items()}}
    command = [str(argument) for argument in arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        return process.wait(minutes * 60)
    except subprocess.TimeoutExpired:
        print(f"dev: ended after {minutes} minutes: {' '.join(command)}", file=sys.stderr)
        return 124
    finally:
        end_group(process)


def end_group(process):
    """Ends what a program leaves behind, so that no step's server outlives the step."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def python_with_test_packages():
    """A Python with the packages of tests/requirements.txt, made once for each list."""
    requirements = ROOT / "tests" / "requirements.txt"
    key = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()[:16]
    folder = cache_folder() / f"venv-{key}"
    if not (folder / "complete").exists():
        print("dev: installing the Python packages of tests/requirements.txt", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", requirements], check=True)
        (folder / "complete").touch()
    return folder / "bin" / "python"


def build(preset, minutes, *targets):
    """Builds a CMake preset; counts only if it fails, as a build is no test."""
    command = [ROOT / "dev", "build", preset, *targets]
    if run(command, minutes) == 0:
        return outcome.Outcome()
    return outcome.FAILED


def report_for(name):
    REPORTS.mkdir(parents=True, exist_ok=True)
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    return report


def ctest(preset, minutes, *options, **variables):
    report = report_for(f"ctest-{preset}")
    command = ["ctest", "--test-dir", BUILD / preset, "--no-tests=error", "--output-on-failure"]
    command += ["--progress", "-j", JOBS, "--timeout", "300", "--output-junit", report, *options]
    code = run(command, minutes, **variables)
    return outcome.of_junit(report, code)


def pytest(name, folder, minutes, *options, preset="release"):
    report = report_for(name)
    command = [python_with_test_packages(), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += [f"--junitxml={report}", *options, folder]
    variables = {"ROCKPOOL_BINARY": BUILD / preset / "rockpool", "ROCKPOOL_GUESTS": GUESTS}
    variables["ROCKPOOL_EXAMPLES"] = EXAMPLES
    code = run(command, minutes, **variables)
    return outcome.of_junit(report, code)
