#!/usr/bin/env python3
"""Makes the modules of this folder from their sources in examples/.

    src/samples/rebuild.py

Other compilers give other bytes, so no test compares those: each example names its sample in
examples/examples.json, and what is deployed from either has to answer the same.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "examples"
SAMPLES = {"c-http": ["hello", "echo"], "c-cgi": ["form"], "wat-typed": ["sum"]}


def main():
    with tempfile.TemporaryDirectory() as built:
        subprocess.run(
            [sys.executable, EXAMPLES / "build.py", "--output", built, *SAMPLES], check=True
        )
        for example, names in SAMPLES.items():
            for name in names:
                shutil.copyfile(Path(built) / example / f"{name}.wasm", HERE / f"{name}.wasm")


if __name__ == "__main__":
    main()
