"""Sends measurements of this machine to a stream of OpenObserve.

ORIGIN_CLUSTER_URL and ORIGIN_CLUSTER_TOKEN are there by themselves: the server's address, and the base64
text of `email:token` of the action's service account.
"""

import logging
import os

import requests
from machine import measurements

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
logger = logging.getLogger("log_sender")


def send(records):
    """Posts records to the stream; raises when any of them was not taken."""
    url = "{}/api/{}/{}/_json".format(
        os.environ["ORIGIN_CLUSTER_URL"].rstrip("/"),
        os.environ.get("OPENOBSERVE_ORG", "default"),
        os.environ.get("OPENOBSERVE_STREAM", "default"),
    )
    headers = {"Authorization": "Basic " + os.environ["ORIGIN_CLUSTER_TOKEN"]}
    response = requests.post(url, json=records, headers=headers, timeout=10)
    response.raise_for_status()
    failed = sum(stream.get("failed", 0) for stream in response.json().get("status", []))
    if failed:
        # OpenObserve answers 200 for a batch of which only a part was taken.
        raise RuntimeError(f"{failed} of {len(records)} records were refused")


def main():
    records = measurements()
    send(records)
    for record in records:
        logger.info("sent: %s", record["message"])
