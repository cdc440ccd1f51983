import type { Milliseconds } from "../../../core/time.ts";

const longest: Milliseconds = 10 * 60_000;

/** What a Retry-After header asks for: seconds or an HTTP date (RFC 9110 §10.2.3); undefined for neither. */
export function retryAfter(header: string | null, now: Milliseconds): Milliseconds | undefined {
  if (header === null) return undefined;
  const span = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(span) ? undefined : Math.min(Math.max(span, 0), longest);
}
