"""Runs once, when it is created: tells what an action finds where it runs, for whoever writes the next one."""

import logging
import os
import platform
import shutil
import socket
import tempfile

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
logger = logging.getLogger("first_look")


def name_lookup(host):
    """Whether names can be resolved: the first thing that actions need to reach others."""
    try:
        socket.getaddrinfo(host, 443)
    except OSError as error:
        return f"no ({error})"
    return "yes"


def writable(folder):
    try:
        with tempfile.TemporaryFile(dir=folder):
            return "yes"
    except OSError as error:
        return f"no ({error.strerror})"


def findings():
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "user id": os.getuid(),
        "temporary folder": tempfile.gettempdir(),
        "it is writable": writable(tempfile.gettempdir()),
        "its free space": f"{shutil.disk_usage(tempfile.gettempdir()).free // 2**20} MiB",
        "own folder is writable": writable(os.path.dirname(os.path.abspath(__file__))),
        "OpenObserve at": os.environ.get("ORIGIN_CLUSTER_URL", "(none)"),
        "a service account": "yes" if os.environ.get("ORIGIN_CLUSTER_TOKEN") else "no",
        "resolves " + os.environ.get("PROBE_HOST", "example.com"): name_lookup(
            os.environ.get("PROBE_HOST", "example.com")
        ),
    }


def main():
    for what, value in findings().items():
        logger.info("%s: %s", what, value)
