"""Where the benchmarks find what they run; makes the Python of tests/ and tools/dev importable."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench"
BUILD = ROOT / "build"
RELEASE = BUILD / "release"
PROGRAMS = RELEASE / "bench"
GUESTS = BUILD / "guests"
EXAMPLES = BUILD / "examples"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rockpool"

# Before installed packages, of which one is called `outcome`, too.
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools" / "dev")]
