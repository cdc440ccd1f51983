"""Runs on a schedule. A scheduled action takes no input: what it needs comes from its environment."""

import logging
import os

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
logger = logging.getLogger(__name__)


def main():
    greeting = os.environ.get("GREETING", "hello")
    logger.info("%s from ACTION_NAME", greeting)
    # ORIGIN_CLUSTER_URL and ORIGIN_CLUSTER_TOKEN lead to OpenObserve, with the service account's rights.
