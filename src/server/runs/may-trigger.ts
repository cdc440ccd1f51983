import type { LiveAction } from "../../registry/ports.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";

/**
 * Sees that an action can be run while somebody waits for its result: one that needs approval may not start for hours.
 * @throws HttpError 409.
 */
export async function requireNoApproval(parts: Parts, { organization, id, name }: LiveAction): Promise<void> {
  const version = await parts.store.registry.readVersion({ organization, id, number: undefined });
  if (version?.action.approval?.required !== true) return;
  throw new HttpError(
    409,
    `${name} requires approval, and whoever triggers it waits for its result: start it with POST /api/${organization}/actions/${name}/run, which asks for the approval`,
  );
}

/** Alerts start what is enabled alone. @throws HttpError 409. */
export function requireEnabled({ name, enabled }: LiveAction): void {
  if (!enabled)
    throw new HttpError(409, `${name} is disabled, so that no alert starts it; it can still be run by hand`);
}
