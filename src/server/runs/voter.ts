import { may, type Principal, toPrincipal } from "../../access/index.ts";
import type { AccessStore } from "../../access/ports.ts";
import type { Voter } from "../../core/approval/refuse-vote.ts";
import type { Run } from "../../core/run/run.ts";

/** Whoever has this e-mail, as a voter on a run who follows a signed link; undefined: nobody has. */
export async function voterByEmail(
  store: Pick<AccessStore, "rolesOf" | "identify">,
  { organization, email, address }: Pick<Principal, "organization" | "email" | "address">,
  run: Pick<Run, "actionId" | "actionName">,
): Promise<Voter | undefined> {
  const known = await store.identify({ organization, email });
  return known && voterOf(store, toPrincipal(known, organization, "signed-address", address), run);
}

/** Somebody as a voter on a run: with the roles and rights that they have now. */
export async function voterOf(
  store: Pick<AccessStore, "rolesOf">,
  principal: Principal,
  run: Pick<Run, "actionId" | "actionName">,
): Promise<Voter> {
  const { organization, email, kind, via, address } = principal;
  return {
    email,
    address,
    roles: await store.rolesOf({ organization, email }),
    isMachine: kind === "service-account" || via === "run",
    mayApprove: may(principal, { type: "approval", id: run.actionId, name: run.actionName, verb: "Post" }),
  };
}
