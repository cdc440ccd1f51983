/**
 * The Authorization header for a token: base64 of `email:secret` goes as Basic, as on OpenObserve, every
 * other text as a Bearer token.
 */
export function authorizationHeader(token: string): string {
  const decoded = Buffer.from(token, "base64");
  const isBase64 =
    decoded.length > 0 && decoded.toString("base64").replace(/=+$/, "") === token.replace(/=+$/, "");
  return isBase64 && /^[^\s:@]+@[^\s:]+:./.test(decoded.toString("utf8"))
    ? `Basic ${token}`
    : `Bearer ${token}`;
}

/** Every text that would give a token away: itself, and the password within a Basic one. */
export function tokenSecrets(token: string): readonly string[] {
  const password = authorizationHeader(token).startsWith("Basic ")
    ? Buffer.from(token, "base64").toString("utf8").split(/:(.*)/s)[1]
    : undefined;
  return [token, password ?? ""].filter((secret) => secret.length >= 4);
}
