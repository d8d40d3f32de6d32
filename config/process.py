"""What a process of ours sets for itself before it works."""

import gc

NEW, YOUNG, OLD = 200_000, 50, 1000  # Python's own 700, 10, 10 suit few objects, not ten thousands of rows at once


def calm_collector() -> None:
    """Let Python look for lost cycles less often, and never again among what is loaded by now.

    It looks through all rows that are being read, time after time: without this a year of work takes twice as long.
    """
    gc.freeze()
    gc.set_threshold(NEW, YOUNG, OLD)
