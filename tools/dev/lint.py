#!/usr/bin/env python3
"""Checks (`lint`) or makes (`format`) the style of the sources.

`lint` looks at what differs from the branch's upstream or, without one, from the last commit; `lint --all`
at everything.
"""

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CRATES = ["bridge", "tools/guestkit"]
CLANG_TIDY_PRESET = "release"


def git_lines(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, text=True, capture_output=True)
    return done.stdout.splitlines() if done.returncode == 0 else []


def all_files():
    return git_lines("ls-files", "--cached", "--others", "--exclude-standard")


def changed_files():
    base = git_lines("merge-base", "HEAD", "@{upstream}") or ["HEAD"]
    changed = git_lines("diff", "--name-only", "--diff-filter=d", base[0])
    return changed + git_lines("ls-files", "--others", "--exclude-standard")


def cpp_sources(files):
    folders = ("src/", "bench/")
    return [file for file in files if file.endswith((".cc", ".h")) and file.startswith(folders)]


def python_sources(files):
    return [file for file in files if file.endswith(".py")]


def succeeds(arguments):
    """Runs a program in the repository; its output is shown, whatever it says."""
    return subprocess.run([str(argument) for argument in arguments], cwd=ROOT).returncode == 0


def check_format(files):
    return not files or succeeds(["clang-format-19", "--dry-run", "--Werror", *files])


def check_with_clang_tidy(files):
    """clang-tidy on every source file; headers are checked through what includes them."""
    sources = [file for file in files if file.endswith(".cc")]
    database = ROOT / "build" / CLANG_TIDY_PRESET
    if sources and not (database / "compile_commands.json").exists():
        print("lint: clang-tidy needs a build first: ./dev build", file=sys.stderr)
        return False
    known = (database / "compile_commands.json").read_text() if sources else ""
    command = ["clang-tidy-19", "--quiet", "-p", database]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        compiled = [source for source in sources if f"/{source}" in known]
        return all(list(pool.map(lambda source: succeeds([*command, source]), compiled)))


def patched_wasmtime(cache):
    script = ROOT / "tools" / "patched_wasmtime.sh"
    return subprocess.run([script, cache], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def check_rust(files):
    if not any(file.startswith(tuple(CRATES)) for file in files):
        return True
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rockpool"
    sound = True
    for crate in CRATES:
        manifest = ROOT / crate / "Cargo.toml"
        clippy = ["cargo", "clippy", "--locked", "--quiet", "--manifest-path", manifest]
        if crate == "bridge":
            clippy += ["--config", f"patch.crates-io.wasmtime.path='{patched_wasmtime(cache)}'"]
        clippy += ["--target-dir", cache / f"clippy-{Path(crate).name}", "--", "-D", "warnings"]
        sound &= succeeds(["cargo", "fmt", "--check", "--manifest-path", manifest])
        sound &= succeeds(clippy)
    return sound


def check_python(files):
    """What Python itself finds wrong, without writing bytecode."""
    sound = True
    for file in files:
        try:
            compile((ROOT / file).read_text(), file, "exec")
        except SyntaxError as error:
            print(f"{file}:{error.lineno}: {error.msg}", file=sys.stderr)
            sound = False
    return sound


def lint(files):
    checks = {
        "clang-format": lambda: check_format(cpp_sources(files)),
        "clang-tidy": lambda: check_with_clang_tidy(cpp_sources(files)),
        "rustfmt and clippy": lambda: check_rust(files),
        "python": lambda: check_python(python_sources(files)),
    }
    sound = {name: check() for name, check in checks.items()}
    for name, passed in sound.items():
        print(f"{name:<20} {'ok' if passed else 'FAILED'}")
    return all(sound.values())


def format_sources():
    sources = cpp_sources(all_files())
    formatted = not sources or succeeds(["clang-format-19", "-i", *sources])
    for crate in CRATES:
        formatted &= succeeds(["cargo", "fmt", "--manifest-path", ROOT / crate / "Cargo.toml"])
    return formatted


def main():
    parser = argparse.ArgumentParser(prog="./dev", description=__doc__)
    parser.add_argument("action", choices=["lint", "format"])
    parser.add_argument("--all", action="store_true", help="everything, not only what changed")
    arguments = parser.parse_args()
    if arguments.action == "format":
        return 0 if format_sources() else 1
    return 0 if lint(all_files() if arguments.all else changed_files()) else 1


if __name__ == "__main__":
    sys.exit(main())
