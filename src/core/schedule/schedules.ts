import type { Schedule } from "../action/action.ts";
import { canonicalJson, type Json } from "../json.ts";
import { type CompiledSchedule, compileSchedule } from "./compile-schedule.ts";
import { createZone, type Zone } from "./zone.ts";

/** Kept at once: measured 145 kB for a compiled schedule (its parser keeps a table of years) and 67 kB for a zone. */
const mostKept = 200;

/** Remembers what was compiled, for a caller that asks again and again. */
export interface Schedules {
  /** As compileSchedule, and throws like it; schedules of the same timing and zone share one. */
  compile(schedule: Schedule): CompiledSchedule;
}

export function createSchedules(): Schedules {
  const zones = new Map<string, Zone>();
  const compiled = new Map<string, CompiledSchedule>();
  const zoneOf = (name: string): Zone => remember(zones, name, () => createZone(name));
  return {
    compile: (schedule) =>
      remember(compiled, canonicalJson([schedule.timezone, schedule.timing as unknown as Json]), () =>
        compileSchedule(schedule, zoneOf(schedule.timezone)),
      ),
  };
}

/** What is kept, or else made; the oldest makes room. */
function remember<T>(kept: Map<string, T>, key: string, make: () => T): T {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  const oldest = kept.size >= mostKept ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
  kept.set(key, made);
  return made;
}
