"""Where the Wess listener is, for all scenarios."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from testbed.wess import Wess  # noqa: E402


def before_all(context):
    log = os.environ.get("WESS_LOG", "")
    context.wess = Wess(os.environ["WESS_SERVER"], Path(log) if log else None)
