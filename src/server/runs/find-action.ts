import { isKsuid } from "../../core/wire/ksuid.ts";
import type { LiveAction } from "../../registry/ports.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";

/** The live action with this id or name. @throws HttpError 404. */
export async function findAction(parts: Parts, organization: string, idOrName: string): Promise<LiveAction> {
  const { registry } = parts.store;
  const byId = isKsuid(idOrName) ? await registry.findAction({ organization, id: idOrName }) : undefined;
  const found = byId ?? (await registry.findActionByName({ organization, name: idOrName }));
  if (found === undefined) throw new HttpError(404, "Action Script not found");
  return found;
}
