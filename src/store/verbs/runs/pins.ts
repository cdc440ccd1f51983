import type { Kysely, Selectable } from "kysely";
import type { Action } from "../../../core/action/action.ts";
import { mayReach } from "../../../core/approval/may-reach.ts";
import type { Pins } from "../../../core/approval/run-approval.ts";
import type { Database } from "../../tables/database.ts";
import type { VersionRow } from "../../tables/runs.ts";
import { listProviders } from "../registry/find-provider.ts";
import { currentVersion, named } from "./current-version.ts";

/** What an approval of a run of this version is about, as it is now: see `Pins`. */
export async function pinsOf(
  db: Kysely<Database>,
  row: Pick<Selectable<VersionRow>, "organization" | "action_id">,
  action: Action,
): Promise<Pins> {
  const { organization, action_id: actionId } = row;
  const current = await currentVersion(db, { organization, actionId });
  const actions = await startedBy(db, organization, action);
  const names = mayReach([action, ...actions.values()].map((one) => ("action" in one ? one.action : one)));
  const providers = names === "none" ? [] : await listProviders(db, { organization });
  const reached = names === "none" || names === "any" ? providers : through(providers, names);
  return {
    version: current?.number ?? 0,
    providers: Object.fromEntries(reached.map(({ name, digest }) => [name, digest])),
    actions: Object.fromEntries([...actions].map(([name, { digest }]) => [name, digest])),
  };
}

interface Started {
  readonly digest: string;
  readonly action: Action;
}

/** The current versions of the actions that steps start, and those that these start, by name. */
async function startedBy(
  db: Kysely<Database>,
  organization: string,
  first: Action,
): Promise<ReadonlyMap<string, Started>> {
  const found = new Map<string, Started>();
  const open = [first];
  for (let action = open.pop(); action !== undefined; action = open.pop()) {
    if (action.type !== "runbook") continue;
    for (const { program } of action.steps) {
      if (program.kind !== "action" || found.has(program.action)) continue;
      const version = await named(db, { organization, name: program.action });
      if (version === undefined) continue;
      found.set(program.action, version);
      open.push(version.action);
    }
  }
  return found;
}

type Providers = Awaited<ReturnType<typeof listProviders>>;

/** Those of these names, and the machines that they are reached through. */
function through(providers: Providers, names: ReadonlySet<string>): Providers {
  const wanted = new Set(names);
  for (const name of wanted) {
    const provider = providers.find((one) => one.name === name)?.provider;
    // A set that grows while it is walked is walked to its end.
    if (provider?.kind === "ssh" && provider.jump !== undefined) wanted.add(provider.jump);
  }
  return providers.filter(({ name }) => wanted.has(name));
}
