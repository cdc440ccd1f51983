"""Puts what the steps found into one table, and fails with what is wrong."""

import os


def findings(steps):
    """Yields (what, verdict, detail); verdict None: it could not be looked at."""

    def of(step):
        return steps.get(step, {}).get("outputs", {})

    def asked(step):
        return steps.get(step, {}).get("state") != "skipped"

    if asked("state"):
        state = of("state").get("state")
        yield "service", None if state is None else state == "running", state or "unknown"
    if asked("answer"):
        status = of("answer").get("status", "000")
        seconds = float(of("answer").get("seconds", 0))
        quick = seconds <= int(os.environ["MAX_SECONDS"])
        detail = "no answer" if status == "000" else f"status {status} after {seconds:.3f} s"
        yield "address", status.startswith("2") and quick, detail
    used = of("disk").get("used_percent")
    fullest = int(os.environ["MAX_DISK_PERCENT"])
    yield "disk", None if used is None else int(used) <= fullest, f"{used} % used"
    load = of("load")
    if "MemTotal" in load:
        available = 100 * int(load["MemAvailable"]) // max(1, int(load["MemTotal"]))
        yield "memory", available >= 5, f"{available} % available"
    if "load" in load:
        each = float(load["load"]) / max(1, int(load.get("processors", 1)))
        yield "load", each <= int(os.environ["MAX_LOAD"]), f"{each:.2f} for each processor"
    errors = of("log").get("errors")
    if errors is not None:
        yield "log", int(errors) <= int(os.environ["MAX_ERRORS"]), f"{errors} lines with an error"


def main(data, logger):
    found = list(findings(data["steps"]))
    words = {True: "good", False: "WRONG", None: "unknown"}
    for what, verdict, detail in found:
        logger.log(40 if verdict is False else 20, "%-8s %-7s %s", what, words[verdict], detail)
    wrong = [f"{what} ({detail})" for what, verdict, detail in found if verdict is False]
    if wrong:
        raise SystemExit(f"not healthy: {'; '.join(wrong)}")
    return {what: {"good": verdict, "detail": detail} for what, verdict, detail in found}
