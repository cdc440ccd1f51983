"""Which of the headers that protect visitors of a site its answer lacks."""

PROTECTING = {
    "content-security-policy": "says what a page may load",
    "strict-transport-security": "keeps browsers from asking without TLS",
    "x-content-type-options": "keeps browsers from guessing types",
    "referrer-policy": "says what other sites learn of an address",
}


def main(data, logger):
    sent = data["steps"]["ask"]["outputs"]["headers"]
    missing = [name for name in PROTECTING if name not in sent]
    for name in missing:
        logger.warning("no %s: it %s", name, PROTECTING[name])
    return {"missing": missing}
