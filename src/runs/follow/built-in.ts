import type { ScheduledAction } from "../../core/action/action.ts";
import { sha256 } from "../../core/json.ts";
import type { Version } from "../ports/run-store.ts";

/** In each organization: an id that no clock makes, and a name that no manifest can have. */
export const deliveryId = "0000000000RotaNotifications";
const deliveryName = "rota:notification";

const second = 1000;

/** The action whose runs deliver notifications: it is in no list and has no code; the server itself carries it out. */
export const deliveryVersion = (organization: string): Version => ({
  organization,
  actionId: deliveryId,
  number: 1,
  digest: sha256(`${deliveryName} 1`),
  code: "",
  action,
});

const action: ScheduledAction = {
  type: "scheduled",
  schedule: undefined,
  name: deliveryName,
  description: "Delivers notifications; the server carries it out itself.",
  category: undefined,
  tags: [],
  owner: undefined,
  estimatedDuration: undefined,
  enabled: true,
  serviceAccount: undefined,
  env: {},
  parameters: {},
  alerts: [],
  events: [],
  approval: undefined,
  when: undefined,
  timeout: 20 * second,
  // 10 s, 20 s, 40 s, … : an hour and a half in all.
  retries: { limit: 9, delay: 10 * second, backoff: "exponential" },
  concurrency: { limit: undefined, overlap: "queue" },
  resources: { memory: 0, processes: 0, output: 1024 * 1024, disk: 0 },
  retention: undefined,
  network: true,
  isolation: "best",
  notify: [],
  protect: true,
};
