"""The last step: says in one line what the restart came to."""

import os


def main(data, logger):
    service = os.environ["SERVICE"]
    steps = data["steps"]
    before = steps.get("before", {}).get("outputs", {}).get("state", "unknown")
    after = steps.get("answers", {}).get("outputs", {}).get("state")
    if after is None:
        failed = [name for name, step in steps.items() if step.get("state") in ("failed", "timed_out")]
        logger.error("%s was %s before and did not come back: %s", service, before, ", ".join(failed))
    else:
        logger.info("%s was %s before and is %s now", service, before, after)
    return {"service": service, "before": before, "after": after or "unknown"}
