import { randomBytes } from "node:crypto";
import type { JsonObject } from "../../core/json.ts";
import type { Run, RunId, Trigger } from "../../core/run/run.ts";
import { type Instant, toMilliseconds } from "../../core/time.ts";
import { ksuid } from "../../core/wire/ksuid.ts";
import { onePiece } from "../one-piece.ts";
import type { Bell, Sealer } from "../ports/around.ts";
import type { RunBlobs } from "../ports/run-files.ts";
import type { NewRun, RunStore, Version } from "../ports/run-store.ts";
import { RunRefused } from "../run-refused.ts";
import { checkParameters } from "./check-parameters.ts";
import { newRun } from "./new-run.ts";

export interface StartAsk {
  readonly organization: string;
  readonly actionId: string;
  readonly trigger: Trigger;
  /** E-mail of who starts it. */
  readonly actor: string;
  /** Where the request came from, for the audit; absent: from the server itself. */
  readonly address?: string | undefined;
  readonly parameters: JsonObject;
  /** UTF-8 JSON of the list of records of a real-time action, passed on byte for byte; undefined for others. */
  readonly input: Uint8Array | undefined;
  /** undefined: a new one. */
  readonly id?: RunId | undefined;
  /** A second start with the same key answers the run of the first; undefined: every start makes a run. */
  readonly key: string | undefined;
  /** Whoever asks waits for the result, and cannot wait for people: an action that needs approval is refused. */
  readonly cannotWait?: true | undefined;
  /** The variable `alert` of its expressions. */
  readonly alert?: JsonObject | undefined;
}

interface Parts {
  readonly store: Pick<RunStore, "version" | "create">;
  readonly blobs: RunBlobs;
  readonly bell: Bell;
  readonly sealer: Sealer;
}

/** How often the version may change under the feet of one start. */
const mostTries = 5;

const needsApproval =
  "The action requires approval, and nobody can be asked here. Start a run of it on the server: rota run NAME.";

/** Makes the id of a run. */
export const newRunId = (now: Instant): RunId => ksuid(toMilliseconds(now), randomBytes(16));

/**
 * Starts a run of the action as it is now. Whether the action is enabled does not matter: that is about schedules.
 * @throws RunRefused `ACTION_MISSING`, `NOT_RUNNABLE`, `PARAMETERS_INVALID`, `INPUT_INVALID`, `BUSY`
 */
export async function startRun(parts: Parts, ask: StartAsk, now: Instant): Promise<Run> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const version = await parts.store.version(ask.organization, ask.actionId);
    if (version === undefined) throw actionMissing();
    const run = await beginning(parts, ask, version, now);
    const made = await createRun(parts, run, ask.input && onePiece(ask.input));
    if (made === "moved") continue;
    announceStart(parts.bell, made, version);
    return made;
  }
  throw new RunRefused("BUSY", "The action is being changed over and over; try again.");
}

/** Tells workers that there may be something to do, and to stop. */
export function announceStart(bell: Bell, run: Run, { action }: Version): void {
  bell.ring("runs");
  bell.ring(`run:${run.id}`);
  if (action.concurrency.overlap === "replace") bell.ring("cancels");
}

async function beginning({ sealer }: Parts, ask: StartAsk, version: Version, now: Instant): Promise<NewRun> {
  const { action } = version;
  if (ask.cannotWait && action.approval?.required) throw new RunRefused("NOT_RUNNABLE", needsApproval);
  checkInput(action.type, ask.input);
  const { trigger, actor, address, key } = ask;
  const values = await checkParameters(action.parameters, ask.parameters);
  return newRun(sealer, version, {
    id: ask.id ?? newRunId(now),
    trigger,
    actor,
    address,
    key,
    values,
    alert: ask.alert,
    pinned: false,
    steps: [],
    now,
  });
}

function checkInput(type: Version["action"]["type"], input: Uint8Array | undefined): void {
  if (type !== "realtime" && input !== undefined)
    throw new RunRefused("INPUT_INVALID", `A ${type} action takes no records.`);
  if (type === "realtime" && input === undefined)
    throw new RunRefused("INPUT_INVALID", 'A real-time action takes a list of records ("inputs").');
}

/** Creates a run. Its input is on disk before the row that needs it, and goes when there is no such row. */
export async function createRun(
  { store, blobs }: { readonly store: Pick<RunStore, "create">; readonly blobs: RunBlobs },
  run: NewRun,
  input: AsyncIterable<Uint8Array> | undefined,
): Promise<Run | "moved"> {
  if (input !== undefined) await blobs.put(run.id, "input", input);
  try {
    const [created] = await store.create([run], undefined);
    if (created === undefined) throw new TypeError("the store created nothing and refused nothing");
    if (created.run.id !== run.id) await blobs.remove([run.id]);
    return created.run;
  } catch (error) {
    const { code } = error as { code?: unknown };
    // Any other failure may hide a row that was written: its input stays.
    if (code === "VERSION_MOVED" || code === "ACTION_GONE") await blobs.remove([run.id]);
    if (code === "VERSION_MOVED") return "moved";
    if (code === "ACTION_GONE") throw actionMissing();
    throw error;
  }
}

const actionMissing = (): RunRefused => new RunRefused("ACTION_MISSING", "There is no such action.");
