"""Finds what should not be read by everybody, and puts a mark in its place."""

import re

EMAIL = re.compile(r"\b[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}\b")
CARD = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")
TOKEN = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE)


def passes_luhn(digits):
    """Whether a string of digits has the checksum that every card number has."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mask_text(text):
    """The text with marks, and how many things were masked."""
    count = 0

    def mark(kind, match):
        nonlocal count
        count += 1
        return f"[{kind}]"

    def card(match):
        digits = re.sub(r"\D", "", match.group())
        return mark("card", match) if passes_luhn(digits) else match.group()

    text = TOKEN.sub(lambda match: f"{match.group(1)} {mark('token', match)}", text)
    text = EMAIL.sub(lambda match: mark("email", match), text)
    return CARD.sub(card, text), count


def mask(value):
    """The same for every text inside lists and objects."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, list):
        pairs = [mask(item) for item in value]
        return [item for item, _ in pairs], sum(count for _, count in pairs)
    if isinstance(value, dict):
        pairs = {key: mask(item) for key, item in value.items()}
        return {key: item for key, (item, _) in pairs.items()}, sum(count for _, count in pairs.values())
    return value, 0
