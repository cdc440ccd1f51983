import type { Action } from "../../core/action/action.ts";
import { secretsOfLogin } from "../../core/redact/secrets-of-login.ts";
import type { Milliseconds } from "../../core/time.ts";
import type { Task } from "../ports/executor.ts";
import type { Claimed } from "../ports/run-store.ts";

/** What is needed besides the run itself. */
export interface Prepared {
  readonly bundle: string;
  readonly environment: string | undefined;
  readonly credentials: { readonly url: string; readonly token: string } | undefined;
  /** From SIGTERM to SIGKILL. */
  readonly grace: Milliseconds;
}

/** What the executor is asked to do for a run of a Python action. */
export function makeTask({ run, version }: Claimed, prepared: Prepared): Task {
  const { action } = version;
  const { bundle, environment, credentials, grace } = prepared;
  return {
    run: run.id,
    program: {
      kind: "python",
      entry: action.type === "realtime" ? "realtime" : "scheduled",
      file: "main.py",
      bundle,
      environment,
    },
    place: { kind: "sandbox" },
    env: {
      ...literals(action),
      ...(Object.keys(action.parameters).length === 0
        ? {}
        : { ROTA_PARAMETERS: JSON.stringify(run.parameters) }),
      ...(credentials === undefined
        ? {}
        : { ORIGIN_CLUSTER_URL: credentials.url, ORIGIN_CLUSTER_TOKEN: credentials.token }),
    },
    limits: { timeout: action.timeout, grace, ...action.resources },
    network: action.network,
    isolation: action.isolation,
    keep:
      action.type === "realtime" && action.keepState
        ? [version.organization, version.actionId, version.digest].join("/")
        : undefined,
  };
}

/** The values that nobody may read in what a run says or returns. */
export const secretsOf = ({ credentials }: Prepared): readonly string[] =>
  credentials === undefined ? [] : secretsOfLogin(credentials.token);

/** Variables with a value of their own; an action that names secrets was refused before. */
function literals({ env }: Action): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [key, value] of Object.entries(env)) if (typeof value === "string") all[key] = value;
  return all;
}
