"""Where the built guests and examples are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GUESTS = Path(os.environ.get("ROCKPOOL_GUESTS") or ROOT / "build" / "guests")
EXAMPLES = Path(os.environ.get("ROCKPOOL_EXAMPLES") or ROOT / "build" / "examples")


def guest_path(name):
    path = GUESTS / f"{name}.wasm"
    assert path.exists(), f"there is no guest {path}: run tests/guests/build.py"
    return path


def guest(name):
    return guest_path(name).read_bytes()
