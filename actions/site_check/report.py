"""One line for whoever looks at the run, whether the site answered or not."""


def main(data, logger):
    ask = data["steps"]["ask"]
    path = data["parameters"]["path"]
    tries = "at once" if ask["attempts"] == 1 else f"after {ask['attempts']} attempts"
    if ask["state"] != "succeeded":
        logger.error("%s is not well: %s %s", path, ask["state"].replace("_", " "), tries)
        return {"well": False}
    looked = data["steps"]["headers"]
    found = f"; headers missing: {len(looked['outputs']['missing'])}" if looked["state"] == "succeeded" else ""
    logger.info("%s is well: %s %s%s", path, ask["outputs"]["status"], tries, found)
    return {"well": True}
