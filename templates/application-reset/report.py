"""The last step: says in which state the application is, and where the backup is."""

import os


def main(data, logger):
    steps = data["steps"]

    def of(step):
        return steps.get(step, {}).get("outputs", {})

    folder = os.environ["FOLDER"]
    backup = of("backup").get("file")
    reset = steps.get("check", {}).get("state") == "succeeded"
    if reset:
        logger.info("%s is in the good state", folder)
    elif of("back").get("back") == "yes":
        logger.error("the good state did not do: %s is as it was before", folder)
    elif steps.get("back", {}).get("state") in ("failed", "timed_out"):
        logger.critical("%s could not be put back: unpack the backup", folder)
    else:
        logger.error("nothing was switched: %s is as it was", folder)
    logger.info("backup: %s", backup or "none was made")
    return {"reset": reset, "backup": backup}
