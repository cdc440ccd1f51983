"""The last step: says what would change or did, and whether a restart is due."""


def main(data, logger):
    steps = data["steps"]
    simulated = steps.get("simulate", {}).get("outputs", {})
    if "changes" not in simulated:
        logger.error("it could not be seen what would change; nothing was updated")
        return {}
    changes, removals = int(simulated["changes"]), int(simulated["removals"])
    state = steps.get("update", {}).get("state", "skipped")
    restart = steps.get("check", {}).get("outputs", {}).get("restart", "unknown")
    if removals > 0:
        logger.warning("%d packages would be removed: that is for a person to decide, by hand", removals)
    if changes == 0:
        logger.info("every package is current")
    elif state == "skipped":
        logger.info("%d packages can be updated: run it again with apply", changes)
    elif state == "succeeded":
        logger.info("%d packages were updated", changes)
    else:
        logger.error("the update of %d packages did not come to its end", changes)
    logger.info("a restart is due: %s", restart)
    return {"changes": changes, "removals": removals, "updated": state == "succeeded", "restart": restart}
