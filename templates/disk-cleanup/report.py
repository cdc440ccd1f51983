"""The last step: says what was found, what was removed and what is left."""


def count(files):
    return f"{files} file{'' if files == 1 else 's'}"


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
        logger.info("%s (%d KiB) could be removed: run it again with confirm", count(files), kib)
    elif state == "skipped":
        logger.info("there is nothing to remove")
    elif state == "succeeded":
        logger.info("removed %s (about %d KiB); %s of that kind are left", count(files), kib, left or "0")
    else:
        logger.error("of %s (%d KiB) %s are left: see what stood in the way above", count(files), kib, left)
    return {"files": files, "kib": kib, "left": left, "removed": state == "succeeded"}
