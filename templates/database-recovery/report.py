"""The last step: says what is live now, and where the old database is."""

import os


def main(data, logger):
    steps = data["steps"]

    def of(step):
        return steps.get(step, {}).get("outputs", {})

    database = os.environ["DATABASE"]
    switched = steps.get("switch", {}).get("state") == "succeeded"
    old = of("switch").get("old", "")
    if of("back").get("back") == "yes":
        logger.error("the restored database did not do: %s is the old one again", database)
    elif steps.get("back", {}).get("state") in ("failed", "timed_out"):
        logger.critical("%s could not be switched back: the old one is kept as %s", database, old or "(unknown)")
    elif not switched:
        logger.error("nothing was switched: %s is as it was", database)
    else:
        logger.info("%s is the restored one: %s tables", database, of("check").get("tables"))
        if old:
            logger.info("the old one is kept as %s: remove it when nobody needs it", old)
    return {"switched": switched and of("back").get("back") != "yes", "old": old, **of("check")}
