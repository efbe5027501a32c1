"""Randomness that can be had again."""

import os
import random


def seeded_random(what):
    """The same randomness in every run, so that a run's outcome depends on the code alone.

    ROCKPOOL_SEED=N is another; ROCKPOOL_SEED=new is new each time. The seed is printed, so a failure shows it.
    """
    chosen = os.environ.get("ROCKPOOL_SEED", "1")
    seed = int.from_bytes(os.urandom(4)) if chosen == "new" else int(chosen)
    print(f"{what}: ROCKPOOL_SEED={seed} does the same again")
    return random.Random(seed)
