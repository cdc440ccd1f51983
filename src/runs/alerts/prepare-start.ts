import { defaults } from "../../core/action/defaults.ts";
import { alertVariable } from "../../core/alert/alert-variable.ts";
import type { Json } from "../../core/json.ts";
import { after, type Instant } from "../../core/time.ts";
import type { AlertMessage } from "../ports/alerts.ts";
import type { Sealer } from "../ports/around.ts";
import type { NewRun } from "../ports/run-store.ts";
import { checkParameters } from "../start/check-parameters.ts";
import { endedRun, newRun } from "../start/new-run.ts";
import { newRunId } from "../start/start-run.ts";
import { type GatheredStart, linkOfStart } from "./gather-starts.ts";

/** A run that was made for some of the alerts that ask for a start. */
export interface PreparedStart {
  readonly run: NewRun;
  readonly alerts: readonly number[];
  /** The records of a real-time action, as UTF-8 JSON. */
  readonly input: Uint8Array | undefined;
}

/** Makes the run of a start. One that is refused has ended as failed, with the reason: somebody has to hear of it. */
export async function prepareStart(
  sealer: Sealer,
  message: AlertMessage,
  { version, parameters, ...of }: GatheredStart,
  alerts: readonly number[],
  now: Instant,
): Promise<PreparedStart> {
  const alert = message.alerts[alerts[0]!]!;
  const begun = {
    id: newRunId(now),
    trigger: {
      kind: "alert",
      name: alert.name,
      receiver: message.receiver,
      state: alert.state,
      alert: "",
      ...(message.within !== undefined && { within: message.within }),
    } as const,
    actor: message.sender,
    address: message.address,
    key: undefined,
    alert: alertVariable(alert),
    now,
  };
  const ended = (reason: string) => ({
    run: endedRun(version, begun, "failed", reason),
    ...{ alerts, input: undefined },
  });
  try {
    const { start } = linkOfStart({ version, ...of });
    const run = newRun(sealer, version, {
      ...{ ...begun, pinned: false, steps: [] },
      values: await checkParameters(version.action.parameters, parameters),
      notBefore: start.kind === "after" ? after(now, start.delay) : undefined,
      approval: start.kind === "approval" ? defaults.approval : undefined,
    });
    return { run, alerts, input: inputOf(version.action.type, message, alerts) };
  } catch (error) {
    return ended((error as Error).message);
  }
}

function inputOf(
  type: GatheredStart["version"]["action"]["type"],
  { alerts }: AlertMessage,
  numbers: readonly number[],
): Uint8Array | undefined {
  if (type !== "realtime") return undefined;
  const records: Json[] = numbers.flatMap((number) => alerts[number]!.inputs);
  return Buffer.from(JSON.stringify(records));
}
