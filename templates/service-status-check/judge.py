"""Fails with one sentence when a service is down."""


def main(data, logger):
    outputs = data["steps"].get("look", {}).get("outputs", {})
    if "down" not in outputs:
        raise SystemExit("the services could not be looked at")
    up = [name for name in outputs.get("up", "").split(",") if name]
    down = [name for name in outputs.get("down", "").split(",") if name]
    for name in up:
        logger.info("%s runs", name)
    for name in down:
        logger.error("%s does not run", name)
    if down:
        raise SystemExit(f"{len(down)} of {len(up) + len(down)} services do not run: {', '.join(down)}")
    return {"up": up, "down": down}
