import type { ClockRule, Fire } from "../../core/schedule/upcoming-fires.ts";
import { type Milliseconds, toMilliseconds } from "../../core/time.ts";

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** "+02:00" for an offset from UTC; "+00:19:32" for the local times of long ago. */
function offsetText(offset: Milliseconds): string {
  const seconds = Math.round(Math.abs(offset) / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const text = (seconds % 60 === 0 ? parts : [...parts, seconds % 60])
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
  return `${offset < 0 ? "-" : "+"}${text}`;
}

/** "Sun 2027-03-28 03:00 +02:00": what the clock of the schedule's zone shows. */
export function localText({ at, offset }: Fire): string {
  const wall = new Date(toMilliseconds(at) + offset);
  return `${weekdays[wall.getUTCDay()]} ${wall.toISOString().slice(0, 16).replace("T", " ")} ${offsetText(offset)}`;
}

/** What a change of clocks means for a fire, in words; "" where none is near. */
export function clockText({ offset, offsetBefore, clocks }: Fire): string {
  const change = offsetBefore === undefined ? [] : [`${offsetText(offsetBefore)} -> ${offsetText(offset)}`];
  return [...change, ...(clocks === undefined ? [] : [ruleText(clocks)])].join("; ");
}

function ruleText(rule: ClockRule): string {
  const wall = wallText(rule.wall);
  if (rule.kind === "gap") return `gap: the clock jumps over ${wall}, so it fires at the end of the gap`;
  return rule.fires === "first"
    ? `repeat: the clock shows ${wall} twice, and it fires the first time only`
    : `repeat: the clock shows ${wall} twice, and it fires each time`;
}

const wallText = (wall: Milliseconds): string => new Date(wall).toISOString().slice(11, 16);

/** A fire in `--format json`: docs/reference/cli-json.md. */
export function fireJson({ at, offset, offsetBefore, clocks }: Fire) {
  const ms = toMilliseconds(at);
  return {
    at,
    utc: `${new Date(ms).toISOString().slice(0, 19)}Z`,
    local: `${new Date(ms + offset).toISOString().slice(0, 19)}${offsetText(offset)}`,
    offset_before: offsetBefore === undefined ? null : offsetText(offsetBefore),
    clocks:
      clocks === undefined
        ? null
        : {
            kind: clocks.kind,
            names: wallText(clocks.wall),
            fires: clocks.kind === "gap" ? "at_end" : clocks.fires,
          },
  };
}
