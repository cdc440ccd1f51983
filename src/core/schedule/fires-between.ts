import type { Schedule } from "../action/action.ts";
import type { Instant } from "../time.ts";
import { type Fire, upcomingFires } from "./upcoming-fires.ts";
import { createZone, type Zone } from "./zone.ts";

/** A fire, and whose it is. */
export type FireOf<T> = Fire & { readonly of: T };

/**
 * The fires of many schedules from `from` to before `to`, in one list by time (then in the order given), at most
 * `limit`; `cut`: there are more.
 */
export function firesBetween<T extends { readonly schedule: Schedule }>(
  scheduled: readonly T[],
  { from, to, limit }: { readonly from: Instant; readonly to: Instant; readonly limit: number },
): { readonly fires: readonly FireOf<T>[]; readonly cut: boolean } {
  const zones = new Map<string, Zone>();
  const heads = scheduled.map((of) => {
    const { timezone } = of.schedule;
    const zone = zones.get(timezone) ?? createZone(timezone);
    zones.set(timezone, zone);
    const upcoming = upcomingFires(of.schedule, from - 1, zone);
    return { of, upcoming, fire: within(upcoming, to) };
  });
  const fires: FireOf<T>[] = [];
  for (;;) {
    const first = heads.reduce<(typeof heads)[number] | undefined>(
      (least, head) => (head.fire && (!least?.fire || head.fire.at < least.fire.at) ? head : least),
      undefined,
    );
    if (first?.fire === undefined) return { fires, cut: false };
    if (fires.length === limit) return { fires, cut: true };
    fires.push({ ...first.fire, of: first.of });
    first.fire = within(first.upcoming, to);
  }
}

function within(upcoming: Generator<Fire, void, undefined>, to: Instant): Fire | undefined {
  const fire = upcoming.next().value;
  return fire && fire.at < to ? fire : undefined;
}
