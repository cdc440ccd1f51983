import type { LiveAction } from "../../registry/ports.ts";
import { HttpError } from "../http-error.ts";

/** Alerts start what is enabled alone. @throws HttpError 409. */
export function requireEnabled({ name, enabled }: LiveAction): void {
  if (!enabled)
    throw new HttpError(409, `${name} is disabled, so that no alert starts it; it can still be run by hand`);
}
