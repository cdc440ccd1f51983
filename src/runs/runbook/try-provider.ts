import { defaults } from "../../core/action/defaults.ts";
import { redactor } from "../../core/redact/redactor.ts";
import type { RunId } from "../../core/run/run.ts";
import type { Milliseconds } from "../../core/time.ts";
import type { Executor, Outcome, Place, Task } from "../ports/executor.ts";
import { type HttpBase, type PlaceParts, type ResolvedPlace, resolvePlace } from "./resolve-place.ts";

/** What came of trying to reach a provider. */
export interface TriedProvider {
  readonly kind: ResolvedPlace["kind"];
  readonly reachable: boolean;
  /** A sentence. Holds no secret. */
  readonly message: string;
  readonly duration: Milliseconds;
}

export interface TryParts extends PlaceParts {
  readonly executor: Pick<Executor, "execute" | "release">;
}

export interface TryAsk {
  readonly organization: string;
  readonly name: string;
  /** A fresh id; nothing is kept under it. */
  readonly run: RunId;
  readonly signal: AbortSignal;
}

/** What a try may take, ms. */
const timeout = 20_000;

/**
 * Really goes to a provider and does next to nothing there: a trivial command in the sandbox or on another machine,
 * one that tells the user on this one, a request for nothing but the head of an API's address. undefined: there is
 * none of that name. Rejects when secrets or providers cannot be read now.
 */
export async function tryProvider(parts: TryParts, ask: TryAsk): Promise<TriedProvider | undefined> {
  const { organization, name } = ask;
  const declared = await parts.providers.find(organization, name);
  if (declared === undefined && name !== defaults.stepProvider) return undefined;
  const kind = declared?.provider.kind ?? "local";
  const found = await resolvePlace(parts, organization, name);
  if ("refused" in found) return { kind, reachable: false, message: found.refused, duration: 0 };
  // One that was taken away since it was found leaves http without an address.
  if (found.kind === "http" && found.base === undefined) return undefined;
  const task = found.kind === "http" ? request(found.base as HttpBase) : command(found.place);
  const start = performance.now();
  const { failed, message } = await carryOut(parts.executor, { ...task, ...usual, run: ask.run }, ask.signal);
  const duration = Math.round(performance.now() - start);
  return { kind, reachable: !failed, message: redactor(found.secrets).sentence(message), duration };
}

const usual = {
  env: {},
  limits: { timeout, grace: 1000, ...defaults.resources },
  isolation: "best",
  keep: undefined,
} as const;
type Doing = Pick<Task, "program" | "place" | "network">;

const command = (place: Place): Doing => ({
  program: { kind: "shell", command: place.kind === "host" ? "id -un" : "true", bundle: undefined },
  place,
  // Only the sandbox can be without.
  network: place.kind !== "sandbox",
});

/** Whatever is answered, somebody was reached; a redirect is an answer too, so that none is followed. */
const everyStatus = Array.from({ length: 500 }, (_, index) => 100 + index);

const request = ({ baseUrl, headers }: HttpBase): Doing => ({
  program: {
    kind: "http",
    method: "HEAD",
    url: baseUrl,
    headers,
    body: undefined,
    expectStatus: everyStatus,
    expectContains: undefined,
    expectHeaders: {},
    expectJson: {},
    trusted: true,
  },
  place: { kind: "sandbox" },
  network: true,
});

async function carryOut(
  executor: TryParts["executor"],
  task: Task,
  signal: AbortSignal,
): Promise<{ readonly failed: boolean; readonly message: string }> {
  let said: string | undefined;
  try {
    const outcome = await executor.execute(task, {
      input: nothing(),
      output: async ({ stream, text }) => {
        if (stream === "stdout") said ??= text;
      },
      signal,
    });
    const failure = failureOf(outcome, task.place, said);
    return { failed: failure !== undefined, message: failure ?? successOf(outcome, task) };
  } finally {
    await executor.release(task.run);
  }
}

function failureOf(outcome: Outcome, place: Place, user: string | undefined): string | undefined {
  if (outcome.end !== "succeeded") return outcome.reason ?? `It ended as ${outcome.end}.`;
  return place.kind === "host" && place.user !== undefined && user !== place.user
    ? `Commands there have the rights of ${user ?? "nobody"}, not of ${place.user}.`
    : undefined;
}

function successOf({ result }: Outcome, { program }: Task): string {
  if (program.kind !== "http" || result === undefined) return "A command ran there.";
  const { status } = JSON.parse(Buffer.from(result).toString("utf8")) as { readonly status: number };
  return `It answers: status ${status}.`;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
