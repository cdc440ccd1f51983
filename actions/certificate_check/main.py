"""Looks at the TLS certificates of hosts and fails when one is about to expire."""

import logging
import os
import socket
import ssl
import sys
import time

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
logger = logging.getLogger("certificate_check")

DAY = 24 * 60 * 60


def parse_hosts(text):
    """`a.example.com, b.example.com:8443, [::1]:443` as pairs of host and port."""
    pairs = []
    for part in filter(None, (item.strip() for item in text.split(","))):
        if part.startswith("["):
            host, _, rest = part[1:].partition("]")
            port = rest.lstrip(":")
        elif part.count(":") == 1:
            host, port = part.split(":")
        else:
            host, port = part, ""
        pairs.append((host, int(port or 443)))
    return pairs


def expiry(host, port, timeout=10.0):
    """When the certificate of host:port ends, in seconds since the epoch. Its chain and name are verified."""
    context = ssl.create_default_context()
    with socket.create_connection((host, port), timeout=timeout) as plain:
        with context.wrap_socket(plain, server_hostname=host) as secure:
            return ssl.cert_time_to_seconds(secure.getpeercert()["notAfter"])


def check(host, port, warn_days, allow_unreachable, now=None):
    """True when the host is as it should be; says why where it is not."""
    try:
        days = (expiry(host, port) - (time.time() if now is None else now)) / DAY
    except ssl.SSLCertVerificationError as error:
        logger.error("%s:%d is not trusted: %s", host, port, error.verify_message)
        return False
    except OSError as error:
        logger.log(
            logging.WARNING if allow_unreachable else logging.ERROR,
            "%s:%d could not be checked: %s",
            host,
            port,
            error,
        )
        return allow_unreachable
    logger.log(
        logging.INFO if days > warn_days else logging.ERROR, "%s:%d: %.0f days left", host, port, days
    )
    return days > warn_days


def main():
    hosts = parse_hosts(os.environ.get("HOSTS", ""))
    if not hosts:
        sys.exit("HOSTS names no host")
    warn_days = float(os.environ.get("WARN_DAYS", "21"))
    allow_unreachable = os.environ.get("ALLOW_UNREACHABLE", "no") == "yes"
    bad = [f"{host}:{port}" for host, port in hosts if not check(host, port, warn_days, allow_unreachable)]
    if bad:
        sys.exit(f"{len(bad)} of {len(hosts)} need attention: {', '.join(bad)}")
    logger.info("%d hosts checked", len(hosts))
