import { createHmac, randomBytes } from "node:crypto";
import type { JsonObject } from "../../core/json.ts";
import { secretsOfLogin } from "../../core/redact/secrets-of-login.ts";
import type { Milliseconds } from "../../core/time.ts";
import type { Task } from "../ports/executor.ts";
import type { Claimed } from "../ports/run-store.ts";

/** What is needed besides the run itself. */
export interface Prepared {
  readonly bundle: string;
  readonly environment: string | undefined;
  /** The action's own variables, with the values of the secrets that they name. */
  readonly env: Readonly<Record<string, string>>;
  /** With the values of secret ones. */
  readonly parameters: JsonObject;
  /** The values of secrets among variables and parameters. */
  readonly secrets: readonly string[];
  readonly credentials: { readonly url: string; readonly token: string } | undefined;
  /** From SIGTERM to SIGKILL. */
  readonly grace: Milliseconds;
}

/** What the executor is asked to do for a run of a Python action. */
export function makeTask({ run, version }: Claimed, prepared: Prepared): Task {
  const { action } = version;
  const { bundle, environment, env, parameters, credentials, grace } = prepared;
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
      ...env,
      ...(Object.keys(action.parameters).length === 0 ? {} : { ROTA_PARAMETERS: JSON.stringify(parameters) }),
      ...(credentials === undefined
        ? {}
        : { ORIGIN_CLUSTER_URL: credentials.url, ORIGIN_CLUSTER_TOKEN: credentials.token }),
    },
    limits: { timeout: action.timeout, grace, ...action.resources },
    network: action.network,
    isolation: action.isolation,
    keep:
      action.type === "realtime" && action.keepState
        ? [version.organization, version.actionId, version.digest, mark(env)].join("/")
        : undefined,
  };
}

const markKey = randomBytes(32);

/** Equal for equal variables while this process lives: a kept process that has read other ones does not go on. */
const mark = (env: Prepared["env"]): string =>
  createHmac("sha256", markKey).update(JSON.stringify(env)).digest("base64url");

/** The values that nobody may read in what a run says or returns. */
export const secretsOf = ({ credentials, secrets }: Prepared): readonly string[] =>
  credentials === undefined ? secrets : [...secrets, ...secretsOfLogin(credentials.token)];
