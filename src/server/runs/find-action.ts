import { isKsuid } from "../../core/wire/ksuid.ts";
import type { LiveAction } from "../../registry/ports.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";

/** The live action with this id or name, if there is one. */
export async function findLive(
  parts: Parts,
  organization: string,
  idOrName: string,
): Promise<LiveAction | undefined> {
  const { registry } = parts.store;
  const byId = isKsuid(idOrName) ? await registry.findAction({ organization, id: idOrName }) : undefined;
  return byId ?? (await registry.findActionByName({ organization, name: idOrName }));
}

/** The live action with this id or name. @throws HttpError 404. */
export async function findAction(parts: Parts, organization: string, idOrName: string): Promise<LiveAction> {
  const found = await findLive(parts, organization, idOrName);
  if (found === undefined) throw unknownAction();
  return found;
}

export const unknownAction = (): HttpError => new HttpError(404, "Action Script not found");
