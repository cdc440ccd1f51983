import { randomBytes } from "node:crypto";
import { accounts } from "./checks/accounts.ts";
import { actions } from "./checks/actions.ts";
import { additions } from "./checks/additions.ts";
import { destinationChecks } from "./checks/destinations.ts";
import { discovery } from "./checks/discovery.ts";
import { permissions } from "./checks/permissions.ts";
import { runs } from "./checks/runs.ts";
import { streams } from "./checks/streams.ts";
import { upload } from "./checks/upload.ts";
import type { WireClient } from "./client.ts";
import { makeWorld, ok, type WireCheck } from "./world.ts";

/** Every check of the wire API, in the order in which a person would want to read the failures. */
export const wireChecks: readonly WireCheck[] = [
  ...discovery,
  ...upload,
  ...actions,
  ...accounts,
  ...permissions,
  ...additions,
  ...runs,
  ...destinationChecks,
  ...streams,
];

export interface WireSuite {
  readonly rota: boolean;
  /** Whether this server can be asked for a check at all. */
  applies(check: WireCheck): boolean;
  /** Rejects when the server does not do what the check says. */
  run(check: WireCheck): Promise<void>;
  /** Takes away what all checks shared. */
  end(): Promise<void>;
}

/** Gets a server ready for the checks: makes the service account that their actions run as. */
export async function openSuite(client: WireClient): Promise<WireSuite> {
  const config = (await client.request("GET", "/config", { authorization: null })).json as {
    build?: unknown;
  };
  const rota = config?.build === "rota";
  const account = `contract_${randomBytes(8).toString("hex")}@example.com`;
  const made = await client.request("POST", "service_accounts", { json: { email: account } });
  if (made.status === 401 || made.status === 403)
    throw new Error(`${client.server} does not take the login, or it is no administrator's: ${made.text}`);
  ok(made);
  await allow(client, account);
  return {
    rota,
    applies: (check) => rota || check.rotaOnly !== true,
    async run(check) {
      const { world, clean } = makeWorld(client, { rota, account });
      try {
        await check.run(world);
      } finally {
        await clean();
      }
    },
    async end() {
      await client.request("DELETE", `roles/${roleOf(account)}`);
      await client.request("DELETE", `service_accounts/${account}`);
    },
  };
}

const roleOf = (account: string) => account.split("@")[0];

/** Scripts are read as the account, by OpenObserve's rules. */
async function allow(client: WireClient, account: string): Promise<void> {
  const all = `_all_${client.organization}`;
  ok(await client.request("POST", "roles", { json: { role: roleOf(account) } }));
  const add = [
    { object: `action_scripts:${all}`, permission: "AllowGet" },
    { object: `stream:${all}`, permission: "AllowAll" },
  ];
  const json = { add, remove: [], add_users: [account], remove_users: [] };
  ok(await client.request("PUT", `roles/${roleOf(account)}`, { json }));
}
