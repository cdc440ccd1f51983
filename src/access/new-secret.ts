import { randomInt } from "node:crypto";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A random text of base62 digits: 5.95 bits each. Safe in URLs, shells, headers and `email:token`. */
export const newSecret = (length: number): string =>
  Array.from({ length }, () => digits[randomInt(digits.length)]).join("");
