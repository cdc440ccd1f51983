"""Says how good the way is, and fails when there is none."""

import os


def main(data, logger):
    steps = data["steps"]

    def of(step):
        return steps.get(step, {}).get("outputs", {})

    addresses = of("resolve").get("addresses", "").split()
    if not addresses:
        raise SystemExit("the name has no address, so nothing could be reached")
    logger.info("addresses: %s", ", ".join(addresses))
    lost = of("ping").get("lost_percent")
    if lost is not None:
        # Many networks drop such packets on purpose: connections decide.
        logger.log(20 if float(lost) == 0 else 30, "packets lost: %s %%", lost)
    connected, tried = int(of("connect").get("connected", 0)), int(of("connect").get("of", 0))
    average = of("connect").get("average_ms")
    if average is not None:
        logger.info("connections take %s ms, the slowest %s ms", average, of("connect").get("slowest_ms"))
    if connected == 0:
        raise SystemExit("the port cannot be reached: refused, filtered, or nothing listens there")
    if connected < tried:
        raise SystemExit(f"only {connected} of {tried} connections could be made")
    most = int(os.environ["MAX_MILLISECONDS"])
    if average is not None and float(average) > most:
        raise SystemExit(f"connections take {average} ms on average, and {most} ms are allowed")
    return {"addresses": addresses, "connected": connected, "of": tried, "average_ms": average, "lost_percent": lost}
