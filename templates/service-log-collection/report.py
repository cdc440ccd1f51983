"""The last step: says what was collected."""

import os


def main(data, logger):
    service = os.environ["SERVICE"]
    outputs = data["steps"].get("collect", {}).get("outputs", {})
    if "lines" not in outputs:
        logger.error("no log of %s was collected", service)
        return {"service": service}
    lines, errors, warnings = (int(outputs[name]) for name in ("lines", "errors", "warnings"))
    logger.info("%s: %d lines, %d with an error, %d with a warning", service, lines, errors, warnings)
    if lines == 0:
        logger.warning("the log is empty: is the name right, and the time long enough?")
    return {"service": service, "lines": lines, "errors": errors, "warnings": warnings}
