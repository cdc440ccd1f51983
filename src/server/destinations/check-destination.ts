import type { Destination } from "../../core/wire/destinations/destination.ts";
import { isReservedTemplate } from "../../core/wire/destinations/reserved-templates.ts";
import { isKsuid } from "../../core/wire/ksuid.ts";
import { HttpError } from "../http-error.ts";
import type { Parts } from "../parts.ts";
import { addressProblem } from "./address-problem.ts";

/** Sees that what a destination names is there and may be named. @throws HttpError 400 in OpenObserve's words. */
export async function checkDestination(
  parts: Parts,
  organization: string,
  { target, template }: Destination,
): Promise<void> {
  if (target.type === "action") await checkAction(parts, organization, target.actionId);
  const problem = target.type === "http" ? addressProblem(target.url, parts.settings.httpAllow) : undefined;
  if (problem !== undefined) throw new HttpError(400, `Destination URL blocked by SSRF guard: ${problem}`);
  // OpenObserve's own templates are not here; a destination that was copied from there may name one all the same.
  if (template === undefined || isReservedTemplate(template)) return;
  const found = await parts.store.destinations.findTemplate({ organization, name: template });
  if (found === undefined)
    throw new HttpError(
      400,
      `There is no template ${JSON.stringify(template.slice(0, 256))}: make it first, or leave "template" out`,
    );
}

async function checkAction(parts: Parts, organization: string, id: string): Promise<void> {
  const { registry } = parts.store;
  const action = isKsuid(id) ? await registry.findAction({ organization, id }) : undefined;
  if (action === undefined)
    throw new HttpError(400, "Invalid action id: it is not the id of an action of this organization");
  if (action.type !== "realtime")
    throw new HttpError(
      400,
      `Invalid action id: ${action.name} is of type ${action.type}; a destination starts real-time actions`,
    );
}
