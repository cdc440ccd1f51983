import { may, type RunCredentials, toPrincipal } from "../../access/index.ts";
import type { AccessStore } from "../../access/ports.ts";
import { after, fromMilliseconds, type Milliseconds } from "../../core/time.ts";
import type { Credentials } from "../../runs/ports/around.ts";

/** A credential outlives the time limit of its run by this; it ends with the run in any case. */
const margin: Milliseconds = 10 * 60_000;

export interface CredentialsNeeds {
  readonly store: Pick<AccessStore, "identify">;
  readonly runCredentials: RunCredentials;
  /** Where scripts reach OpenObserve: this server. */
  readonly address: () => string;
  readonly now: () => number;
}

/**
 * What runs reach OpenObserve with: a password of their service account that is worth something only while
 * they run. As on OpenObserve, the account must be allowed to read the script, or the run never starts.
 */
export const credentialsFor = ({ store, runCredentials, address, now }: CredentialsNeeds): Credentials => ({
  async forRun(run, { action }) {
    const email = action.serviceAccount?.toLowerCase();
    if (email === undefined) return undefined;
    const { organization, actionId, actionName: name } = run;
    const found = await store.identify({ organization, email });
    if (found?.identity.kind !== "service-account")
      return {
        refused: `The service account ${email} does not exist; declare it in rota.yaml, or name another one.`,
      };
    const account = toPrincipal(found, organization, "run", undefined);
    if (!may(account, { type: "action_scripts", id: actionId, name, verb: "Get" }))
      return {
        refused: `The service account ${email} may not read the action's script: give it AllowGet on action_scripts:_all_${organization} or on action_scripts:${actionId}.`,
      };
    const expires = after(fromMilliseconds(now()), action.timeout + margin);
    const password = runCredentials.mint({ organization, email, run: run.id, expires });
    return { url: address(), token: Buffer.from(`${email}:${password}`).toString("base64") };
  },
});
