"""The last step: says where traffic goes now."""

import os


def main(data, logger):
    steps = data["steps"]

    def state(step):
        return steps.get(step, {}).get("state", "skipped")

    active = os.environ["ACTIVE"]
    previous = steps.get("now", {}).get("outputs", {}).get("previous")
    if state("verify") == "succeeded":
        logger.info("traffic goes to the standby; %s led to %s before", active, previous)
    elif steps.get("back", {}).get("outputs", {}).get("back") == "yes":
        logger.error("users got no good answer by the standby: %s leads to %s again", active, previous)
    elif state("back") in ("failed", "timed_out"):
        logger.critical("moving back failed as well: look at %s by hand", active)
    else:
        logger.error("nothing was moved")
    return {"moved": state("verify") == "succeeded", "previous": previous}
