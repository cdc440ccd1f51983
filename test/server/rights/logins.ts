import { randomBytes } from "node:crypto";
import { runCredentials } from "../../../src/access/index.ts";
import { basic } from "../../contract/wire/client.ts";
import { type Started, startServer } from "../start-server.ts";
import { idOf, reader, type Send, sender, uploadForm } from "./world.ts";

export interface Login {
  readonly own: string;
  readonly send: Send;
}
export interface Rights {
  readonly started: Started;
  readonly root: Send;
  readonly starter: Send;
  /** By the names of `everybody`. */
  readonly logins: Readonly<Record<string, Login>>;
  stop(): Promise<void>;
}

const password = "a long password";
const all = (type: string, permission: string) => ({ object: `${type}:_all_default`, permission });

/** One server, and a login for everybody who tries its routes. */
export async function startWithEverybody(): Promise<Rights> {
  const key = randomBytes(32);
  const started = await startServer({}, { ROTA_SECRET_KEY: key.toString("hex") });
  const { app } = started.server;
  const root = sender(app, started.login);
  const must = async (method: string, path: string, json: unknown): Promise<string> => {
    const { status, text } = await root(method, { path, json });
    if (status > 299) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  };
  const as = (email: string, secret: string): Login => ({
    own: email,
    send: sender(app, basic(email, secret)),
  });
  const person = async (name: string, role: string): Promise<Login> => {
    const email = `${name}@example.com`;
    await must("POST", "users", { email, password, role });
    return as(email, password);
  };
  const account = async (email: string, permissions: readonly object[]): Promise<Login> => {
    const made = await must("POST", "service_accounts", { email, permissions });
    return as(email, (JSON.parse(made) as { token: string }).token);
  };
  const role = async (name: string, add: readonly object[]): Promise<void> => {
    await must("POST", "roles", { role: name });
    await must("PUT", `roles/${name}`, { add });
  };
  const narrowed = async ({ own, send }: Login, to: object): Promise<Login> => {
    const { text } = await send("POST", { path: "tokens", json: { name: "narrow", ...to } });
    return { own, send: sender(app, `Bearer ${(JSON.parse(text) as { token: string }).token}`) };
  };

  const [starter, machine] = [
    await account("starter@example.com", [all("runs", "AllowPost")]),
    await account(reader, [all("action_scripts", "AllowGet"), all("action_scripts", "AllowList")]),
  ];
  await role("web-team", [{ object: "action_scripts:name:web-*", permission: "AllowAll" }]);
  await role("starters", [all("runs", "AllowPost")]);
  const [admin, editor] = [await person("admin", "admin"), await person("editor", "editor")];
  const run = await startLasting(started, root);
  const expires = (Date.now() + 3_600_000) * 1000;
  const mint = runCredentials(key).mint({ organization: "default", email: reader, run, expires });
  await must("POST", "/api/other/users", { email: "admin@other.com", password, role: "admin" });
  const logins = {
    viewer: await person("viewer", "viewer"),
    approver: await person("approver", "approver"),
    operator: await person("operator", "operator"),
    editor,
    admin,
    "a person without a role": await person("nobody", "user"),
    "a role with one pattern": await person("web", "web-team"),
    "a role that starts everything": await person("starting", "starters"),
    "a service account": machine,
    "a run": as(reader, mint),
    "an administrator's token narrowed to operator": await narrowed(admin, { role: "operator" }),
    "an editor's token narrowed to starting": await narrowed(editor, {
      permissions: [all("runs", "AllowPost")],
    }),
    "another organization's administrator": as("admin@other.com", password),
  };
  return {
    started,
    root,
    starter: starter.send,
    logins,
    async stop() {
      await root("POST", { path: `runs/${run}/cancel`, json: {} });
      await started.stop();
    },
  };
}

/** A run that is under way until it is cancelled. */
async function startLasting({ address, login }: Started, root: Send): Promise<string> {
  const steps = [{ name: "Last", run: "echo under way; exec sleep 3600" }];
  const action = idOf(
    await root("POST", {
      path: "actions/upload",
      form: uploadForm({ name: "lasting", type: "runbook", steps }),
    }),
  );
  const run = idOf(await root("POST", { path: `actions/${action}/run`, json: {} }));
  const log = await fetch(`${address}/api/default/runs/${run}/logs?follow=true`, {
    headers: { authorization: login },
  });
  let text = "";
  for await (const piece of log.body ?? []) {
    text += Buffer.from(piece).toString("utf8");
    if (text.includes("under way")) return run;
  }
  throw new Error(`the run ended: ${text}`);
}
