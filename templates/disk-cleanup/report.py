"""The last step: says what was found, what was removed and what is left."""


def main(data, logger):
    steps = data["steps"]
    found = steps.get("list", {}).get("outputs", {})
    if "files" not in found:
        logger.error("nothing was looked at, and nothing was removed")
        return {}
    files, kib = int(found["files"]), int(found["kib"])
    left = steps.get("after", {}).get("outputs", {}).get("left")
    state = steps.get("remove", {}).get("state", "skipped")
    if state == "skipped" and files > 0:
        logger.info("%d files (%d KiB) could be removed: run it again with confirm", files, kib)
    elif state == "skipped":
        logger.info("there is nothing to remove")
    elif state == "succeeded":
        logger.info("removed %d files (about %d KiB); %s of that kind are left", files, kib, left or "0")
    else:
        logger.error("of %d files (%d KiB) %s are left: see what stood in the way above", files, kib, left)
    return {"files": files, "kib": kib, "left": left, "removed": state == "succeeded"}
