import type { Instant } from "../time.ts";
import {
  type Admission,
  type AlertLimits,
  type AskedStart,
  type Heard,
  type HeardAlert,
  linkOf,
  type Standing,
  type StartVerdict,
} from "./admission.ts";
import { type Series, seriesOf } from "./series.ts";
import { type Asking, startGate } from "./start-gate.ts";
import { takeToken } from "./token-bucket.ts";

export interface AlertsAsked {
  readonly alerts: readonly HeardAlert[];
  readonly starts: readonly AskedStart[];
}

/**
 * What becomes of the alerts of a message and of the starts that they ask for, one after the other as they stand in
 * it. A start is dealt with at the last of its alerts.
 *
 *   beyond the receiver's limit             counted, nothing else
 *   this firing was dealt with              repeated    (with a cool-down that alone decides)
 *   a run of the key has not ended          alive
 *   the last start is not long enough ago   cooldown
 *   beyond the action's limit               limited
 *   otherwise                               started
 */
export function admitAlerts(
  { alerts, starts }: AlertsAsked,
  standing: Standing,
  limits: AlertLimits,
  now: Instant,
): Admission {
  const series = seriesOf(standing.entries);
  const gate = startGate(standing, limits, now);
  const heard: Heard[] = [];
  const verdicts: (readonly StartVerdict[])[] = starts.map(() => []);
  const unprepared: number[] = [];
  let { receiver } = standing;

  const hear = (alert: HeardAlert): Heard => {
    const known = series.find(alert);
    if (known !== undefined) return { kind: "again", entry: known };
    // What ends a firing that was let in is let in, too: a storm keeps no run waiting that nothing asks for.
    if (series.isEndOfFiring(alert)) return { kind: "new", entry: alert.id };
    const left = takeToken(receiver, limits.perReceiver, now);
    if (left === undefined) return { kind: "counted" };
    receiver = left;
    return { kind: "new", entry: alert.id };
  };

  const start = (number: number): readonly StartVerdict[] => {
    const asked = starts[number]!;
    const { repeated, asking } = askingFor(asked, alerts, heard, series);
    const told = repeated.map((one) => verdict(one, "repeated", undefined));
    if (asking.length === 0) return told;
    const decided = gate.decide(asked, asking);
    if (decided.unprepared) unprepared.push(number);
    if (decided.kind === "started" || decided.kind === "alive")
      for (const { entry } of asking) series.dealWith(entry, linkOf(asked));
    return [...told, ...asking.map((one) => verdict(one, decided.kind, decided.run))];
  };

  const atLast = Map.groupBy(starts.keys(), (number) => starts[number]!.alerts.at(-1));
  for (const [number, alert] of alerts.entries()) {
    const one = hear(alert);
    heard.push(one);
    if (one.kind !== "counted") series.hear(alert, one.entry);
    if (alert.state === "resolved") gate.resolve(alert);
    for (const asked of atLast.get(number) ?? []) verdicts[asked] = start(asked);
  }
  return {
    ...{ heard, starts: verdicts, unprepared, receiver },
    ...{ dropped: gate.dropped(), resolved: gate.resolved(), actions: gate.actions() },
  };
}

type Counting = Asking & { readonly entry: string };

/** The alerts of a start that were let in: those that it has dealt with before, and those that ask for it. */
function askingFor(
  { alerts: numbers, cooldown, ...of }: AskedStart,
  alerts: readonly HeardAlert[],
  heard: readonly Heard[],
  series: Series,
): { readonly repeated: readonly Counting[]; readonly asking: readonly Counting[] } {
  const all = numbers.flatMap((number) => {
    const one = heard[number]!;
    return one.kind === "counted" ? [] : [{ number, alert: alerts[number]!, entry: one.entry }];
  });
  const isRepeated = ({ alert, entry }: Counting) =>
    cooldown === undefined && alert.startsAt !== undefined && series.isDealtWith(entry, linkOf(of));
  return { repeated: all.filter(isRepeated), asking: all.filter((one) => !isRepeated(one)) };
}

const verdict = (
  { number, entry }: Counting,
  kind: StartVerdict["kind"],
  run: string | undefined,
): StartVerdict => ({ alert: number, entry, kind, run });
