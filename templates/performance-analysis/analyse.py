"""Says in plain words what is short."""

import os


def short(figures):
    """Yields a sentence for each thing that is at its limit."""

    def number(name, otherwise=0.0):
        return float(figures.get(name, otherwise))

    if number("cpu_percent") > 90:
        yield f"the processor is busy {number('cpu_percent'):.0f} % of the time"
    if number("steal_percent") > 10:
        yield f"other machines of the same host take {number('steal_percent'):.0f} % of the processor"
    if number("wait_percent") > 20 or number("pressure_io") > 20:
        yield "processes wait for disks"
    if number("disk_busy_percent") > 90:
        yield f"disks are busy {number('disk_busy_percent'):.0f} % of the time"
    total = number("MemTotal")
    if total and 100 * number("MemAvailable") / total < 5:
        yield f"only {100 * number('MemAvailable') / total:.0f} % of the memory is available"
    swap = number("SwapTotal")
    if swap and number("SwapFree") / swap < 0.2:
        yield "swap is nearly full"
    each = number("load") / max(1.0, number("processors", 1))
    if each > 2:
        yield f"{each:.1f} processes want each processor"


def main(data, logger):
    figures = {}
    for step in ("measure", "load"):
        figures.update(data["steps"].get(step, {}).get("outputs", {}))
    if "cpu_percent" not in figures:
        raise SystemExit("nothing could be measured")
    for name in sorted(figures):
        logger.info("%-24s %s", name, figures[name])
    found = list(short(figures))
    for sentence in found:
        logger.warning(sentence)
    if not found:
        logger.info("nothing is short")
    if found and os.environ["FAIL_WHEN_SHORT"] == "true":
        raise SystemExit("; ".join(found))
    return {"figures": figures, "short": found}
