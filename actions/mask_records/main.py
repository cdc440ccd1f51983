"""Masks personal data in records, when a search or an alert passes them through."""

import os

from masking import mask


def main(data, logger):
    kept = {name.strip() for name in os.environ.get("KEEP_FIELDS", "").split(",") if name.strip()}
    masked, total = [], 0
    for record in data:
        if not isinstance(record, dict):
            logger.warning("left a record out: it is a %s, not an object", type(record).__name__)
            continue
        out = {}
        for key, value in record.items():
            out[key], count = (value, 0) if key in kept else mask(value)
            total += count
        masked.append(out)
    logger.info("masked %d places in %d records", total, len(masked))
    return masked
