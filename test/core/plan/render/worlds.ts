import type { JsonObject } from "../../../../src/core/json.ts";
import { account, action, ledger, live, planned, provider } from "../items.ts";

/** One plan with everything in it that a rendering can show. */
export const fullPlan = () => {
  const old = action("log_sender", { schedule: { cron: "0 1 * * *" }, env: { KEY: "hunter2" } });
  const moved = action("moved", { timeout: "20m" });
  const api = (token: JsonObject[string]) =>
    provider("api", { kind: "http", baseUrl: "https://api.example.com", headers: { "X-Team": token } });
  const ssh = { kind: "ssh", host: "web-1.example.com", user: "ops", key: { secret: "web1_key" } };
  const both = action("both", { env: { LEVEL: "1" } });
  return planned({
    desired: [
      account("log-sender@example.com", "action_scripts:_all_default"),
      provider("web-1", { ...ssh, jump: "bastion" }),
      provider("bastion", ssh),
      api({ secret: "team" }),
      action("log_sender", { schedule: { cron: "0 2 * * *" }, env: { KEY: { secret: "key" } } }, "print(2)"),
      action("once", { schedule: { once: true }, serviceAccount: "log-sender@example.com" }),
      action("moved"),
      action("kind", { type: "realtime" }),
      action("same"),
      action("taken"),
      action("both", { env: { LEVEL: "2" } }),
    ],
    live: [
      live(api("typed on the server")),
      live(provider("bastion", ssh)),
      live(provider("gone-place")),
      live(old),
      live(moved),
      live(action("kind")),
      live(action("same")),
      live(action("taken"), { managedBy: undefined }),
      live(action("both", { env: { LEVEL: "3" } })),
      live(action("gone-1")),
      live(action("gone-2")),
      live(action("safe", { protect: true })),
    ],
    applied: ledger(old, action("moved"), both, action("gone-1"), action("gone-2")),
    options: { prune: true, adopt: ["nobody"] },
    request: { warnings: ["this folder is no git repository: files are read as they are"] },
  }).plan;
};
