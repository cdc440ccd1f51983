import assert from "node:assert/strict";
import { onTestFinished } from "vitest";
import type { Overrides } from "../../src/server/index.ts";
import { rota } from "../cli/rota.ts";
import { wireClient } from "../contract/wire/client.ts";
import { idOf, ok, scheduledCode, toForm, usualForm } from "../contract/wire/world.ts";
import { zip } from "../contract/wire/zip.ts";
import { type Started, startServer } from "./start-server.ts";

type Item = Record<string, unknown>;
const account = "sa@example.com";

/** A server that listens, with a service account, and the ways to fill and to ask it; gone with the test. */
export async function withActions(overrides: Overrides = {}, env: Readonly<Record<string, string>> = {}) {
  const started = await startServer(overrides, env);
  onTestFinished(started.stop);
  return actionsOn(started);
}

export type WithActions = Awaited<ReturnType<typeof actionsOn>>;

/** The same on a server that outlives the test. */
export async function actionsOn({ server, address, login }: Started) {
  const client = wireClient(address, "default", login);
  ok(await client.request("POST", "service_accounts", { json: { email: account } }));
  const role = { role: "runner" };
  ok(await client.request("POST", "roles", { json: role }));
  const add = [{ object: "action_scripts:_all_default", permission: "AllowGet" }];
  ok(
    await client.request("PUT", "roles/runner", {
      json: { add, remove: [], add_users: [account], remove_users: [] },
    }),
  );
  return {
    ...client,
    server,
    address,
    login,
    get: async <T = Item>(path: string): Promise<T> => ok<T>(await client.request("GET", path)),
    /** Uploads an action, scheduled unless it says otherwise; with `id` the next version of one. Answers its id. */
    async upload(
      name: string,
      fields: object = {},
      files: Record<string, string> = scheduledCode,
      id?: string,
    ) {
      const action = {
        name,
        type: "scheduled",
        schedule: { cron: "0 0 1 1 *" },
        serviceAccount: account,
        ...fields,
      };
      const { type, schedule, serviceAccount } = action as {
        type: string;
        schedule: object | undefined;
        serviceAccount: string | undefined;
      };
      const form = {
        ...usualForm(name, account),
        description: undefined,
        environment_variables: undefined,
        service_account: serviceAccount,
        execution_details: type === "realtime" ? "service" : "repeat",
        cron_expr: schedule === undefined ? undefined : "0 0 1 1 *",
        file: zip(files),
        action: JSON.stringify(action),
        id,
      };
      return idOf(await client.request("POST", "actions/upload", { form: toForm(form) }));
    },
    /** Runs an action to its end; answers the run as it ended. */
    async run(name: string, json: object = {}): Promise<Item> {
      const started = await client.request("POST", `actions/${name}/run`, { json });
      assert.equal(started.status, 201, started.text);
      const { id } = started.json as { id: string };
      const headers = { accept: "text/event-stream" };
      const log = await client.request("GET", `runs/${id}/logs`, { headers });
      assert.match(log.text, /event: end/);
      return ok<Item>(await client.request("GET", `runs/${id}`));
    },
    /** The real program against this server. */
    rota: (...args: readonly string[]) =>
      rota(args, { env: { ROTA_SERVER: address, ROTA_TOKEN: login.replace(/^Basic /, "") } }),
  };
}
