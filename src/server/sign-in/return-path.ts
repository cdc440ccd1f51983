const longest = 1000;

/**
 * Where a browser goes after signing in: a path of this server. Whatever could lead elsewhere, or back to signing in,
 * is its first page instead.
 */
export function returnPath(wanted: unknown): string {
  const first = "/";
  if (typeof wanted !== "string" || wanted.length > longest) return first;
  // Browsers take a backslash for a slash, and leave out tabs and newlines.
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wanted)) return first;
  const here = "http://here.invalid";
  const url = URL.canParse(wanted, here) ? new URL(wanted, here) : undefined;
  if (url === undefined || url.origin !== here || url.pathname.startsWith("//")) return first;
  const path = url.pathname + url.search + url.hash;
  return /^\/(oidc|login|logout|api)(\/|$)/i.test(url.pathname) ? first : path;
}
