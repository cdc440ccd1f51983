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
