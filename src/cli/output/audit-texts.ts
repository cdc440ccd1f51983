import type { AuditEntryJson, AuditVerdictJson } from "../connection/wire.ts";
import type { Io } from "../io.ts";
import { neutralise } from "./neutralise.ts";
import type { Cell } from "./table.ts";
import { exactTime, relativeTime } from "./time-texts.ts";

const colours = { done: "reset", refused: "yellow", failed: "red" } as const;

/** One entry as a row: when, who, what, to what, from where, what came of it. */
export function auditRow(io: Io, entry: AuditEntryJson): readonly (Cell | string)[] {
  const { at, actor, action, object, address, outcome, detail, count } = entry;
  const colour = Object.hasOwn(colours, outcome) ? colours[outcome] : "reset";
  return [
    `${exactTime(at)}  (${relativeTime(at, io.now())})`,
    actor,
    action,
    object,
    address ?? "",
    { text: count > 1 ? `${outcome} ${count} times` : outcome, paint: (text) => io.style(colour, text) },
    (detail ?? "").split("\n")[0] ?? "",
  ];
}

/** What came of verifying the audit. */
export function auditVerdictLines(io: Io, verdict: AuditVerdictJson): readonly string[] {
  const { ok, entries, first, sealed_through, unsealed, head, problems } = verdict;
  const sealed =
    sealed_through === 0
      ? "none is sealed yet"
      : `sealed through ${sealed_through}${unsealed > 0 ? `, ${unsealed} waiting for the next seal` : ""}`;
  const counted = `${entries} ${entries === 1 ? "entry" : "entries"} from number ${first}, ${sealed}`;
  const found = ok
    ? [`${io.style("green", "The audit is as it was written")}: ${counted}.`]
    : [
        `${io.style("red", "The audit is not as it was written")}, first at entry ${problems[0]?.number}:`,
        ...problems.map(({ message }) => `  ${neutralise(message)}`),
        `Looked at ${counted}. Keep a copy of the data folder before anything else is done with it.`,
      ];
  if (head === null) return found;
  const noted = `${head.seal}:${neutralise(head.hash)}`;
  return [...found, `Head: ${noted}`, `Note it elsewhere; later: rota audit --verify --head ${noted}`];
}
