import type { RunEvent } from "../../core/run/run-event.ts";
import type { Claimed } from "../ports/run-store.ts";
import type { RunsParts } from "../service.ts";
import { happen } from "./insist.ts";
import { type LogWriter, logWriter } from "./log-writer.ts";
import type { Stops } from "./stops.ts";

/**
 * Works on a claimed run that is one program, from its start to what becomes of it. `attempt` answers what happened to
 * it in the end; undefined: it is not ours any more. Never rejects. When the store stays away, the run is left as it
 * is: its lease ends, and it is found.
 */
export async function workAttempt(
  parts: RunsParts,
  claimed: Claimed,
  stops: Stops,
  attempt: (writer: LogWriter, signal: AbortSignal) => Promise<RunEvent | undefined>,
): Promise<void> {
  const signal = AbortSignal.any([stops.cancel, stops.halt]);
  const writer = logWriter(parts, claimed.run.id, claimed.version.action.resources.output);
  try {
    const event = await attempt(writer, signal);
    await writer.close().catch((error: unknown) => parts.report("writing the log of a run", error));
    if (event !== undefined && signal.reason !== "lease lost") await happen(parts, claimed, event);
  } catch (error) {
    parts.report("working on a run", error);
  }
}
