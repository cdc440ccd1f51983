import type { RunEvent } from "../../core/run/run-event.ts";
import { after } from "../../core/time.ts";
import type { Claimed } from "../ports/run-store.ts";
import type { RunsParts } from "../service.ts";
import { type Settled, settle } from "../settle.ts";

/** Pauses between tries to reach a store that does not answer, ms; then the run is left to whoever reaps it. */
const pauses = [100, 300, 1000, 3000, 5000, 5000, 5000, 5000];

/** Asks the store until it answers; undefined: it stayed away. */
export async function insist<T>(
  { clock, report }: Pick<RunsParts, "clock" | "report">,
  what: string,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  for (const pause of pauses) {
    try {
      return await ask();
    } catch (error) {
      report(what, error);
      if ((error as { code?: unknown }).code === "CLOSED") return undefined;
    }
    await new Promise<void>((resolve) => clock.alarm(after(clock.now(), pause), resolve));
  }
  return undefined;
}

/** Writes what happened to a claimed run, as long as it takes; undefined: the store stayed away. */
export const happen = (parts: RunsParts, claimed: Claimed, event: RunEvent): Promise<Settled | undefined> =>
  insist(parts, `recording "${event.kind}" of a run`, () =>
    settle(
      parts,
      { organization: claimed.run.organization, run: claimed.run.id },
      event,
      parts.clock.now(),
      claimed.fence,
    ),
  );
