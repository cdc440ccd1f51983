import { type Principal, requirePermission } from "../../access/index.ts";
import type { Verb } from "../../core/access/grant.ts";
import type { LiveAction } from "../../registry/ports.ts";
import type { Parts } from "../parts.ts";

/**
 * The live action of an id, for somebody who may do this with it; undefined: there is none, and they might have done it
 * to one of this id. @throws AccessError FORBIDDEN.
 */
export async function requireOnAction(
  parts: Parts,
  principal: Principal,
  {
    type,
    id,
    verb,
  }: { readonly type: "action_scripts" | "runs" | "approval"; readonly id: string; readonly verb: Verb },
): Promise<LiveAction | undefined> {
  const live = await parts.store.registry.findAction({ organization: principal.organization, id });
  requirePermission(principal, { type, id, name: live?.name, verb });
  return live;
}
