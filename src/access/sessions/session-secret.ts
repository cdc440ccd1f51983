import { createHash, randomBytes } from "node:crypto";

/** 256 random bits, as a cookie has them. */
export const newSessionSecret = (): string => randomBytes(32).toString("base64url");

export const isSessionSecret = (text: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(text);

/** What is kept of one: a random secret of this length needs no slow hash. */
export const hashSessionSecret = (secret: string): string =>
  createHash("sha256").update(secret).digest("hex");
