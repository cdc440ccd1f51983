"""Compares the memory before and after, and fails when too little is available."""

import os


def share(figures):
    total = int(figures.get("MemTotal", 0))
    return 100 * int(figures.get("MemAvailable", 0)) // total if total else None


def main(data, logger):
    steps = data["steps"]
    before = steps.get("before", {}).get("outputs", {})
    after = steps.get("after", {}).get("outputs", {})
    if not before or not after:
        raise SystemExit("the memory could not be looked at")
    for name in sorted(after):
        change = int(after[name]) - int(before.get(name, after[name]))
        logger.info("%-13s %10d KiB  %+d", name, int(after[name]), change)
    available = share(after)
    if available is None:
        raise SystemExit("the machine does not say how much memory it has")
    least = int(os.environ["MIN_AVAILABLE_PERCENT"])
    if available < least:
        raise SystemExit(f"only {available} % of the memory is available, and {least} % should be")
    logger.info("%d %% of the memory is available", available)
    return {"available_percent": available}
