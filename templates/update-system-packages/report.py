"""The last step: says what would change or did, and whether a restart is due."""


def count(packages):
    return f"{packages} package{'' if packages == 1 else 's'}"


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
        logger.warning("%s would be removed: that is for a person to decide, by hand", count(removals))
    if changes == 0:
        logger.info("every package is current")
    elif state == "skipped":
        logger.info("%s can be updated: run it again with apply", count(changes))
    elif state == "succeeded":
        logger.info("updated %s", count(changes))
    else:
        logger.error("the update of %s did not come to its end", count(changes))
    logger.info("a restart is due: %s", restart)
    return {"changes": changes, "removals": removals, "updated": state == "succeeded", "restart": restart}
