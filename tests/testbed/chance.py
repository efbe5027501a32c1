"""Randomness that can be had again."""

import os
import random


def seeded_random(what):
    """New randomness each time, or that of ROCKPOOL_SEED; the seed is printed, so a failure shows it."""
    seed = int(os.environ.get("ROCKPOOL_SEED") or int.from_bytes(os.urandom(4)))
    print(f"{what}: ROCKPOOL_SEED={seed} does the same again")
    return random.Random(seed)
