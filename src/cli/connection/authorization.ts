/**
 * The Authorization header for what ROTA_TOKEN holds: base64 of `email:password` goes as Basic, every
 * other text as a Bearer token.
 */
export function authorization(token: string): string {
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(token)) {
    const decoded = Buffer.from(token, "base64").toString("utf8");
    if (/^[^\s:@]+@[^\s:]+:./.test(decoded) && !decoded.includes("\ufffd")) return `Basic ${token}`;
  }
  return `Bearer ${token}`;
}
