import type { DatabaseSync } from "node:sqlite";

const unitMicroseconds: Readonly<Record<string, number>> = {
  second: 1e6,
  minute: 60e6,
  hour: 3600e6,
  day: 86_400e6,
  week: 604_800e6,
};

/** Functions of OpenObserve's SQL that the stand-in has; all depend on their arguments alone. */
export function addSearchFunctions(database: DatabaseSync): void {
  const options = { deterministic: true, directOnly: true };
  database.function("histogram", { ...options, varargs: true }, (at, interval) => histogram(at, interval));
  database.function("str_match", options, (value, part) =>
    flag(String(value ?? "").includes(String(part ?? ""))),
  );
  database.function("str_match_ignore_case", options, (value, part) =>
    flag(
      String(value ?? "")
        .toLowerCase()
        .includes(String(part ?? "").toLowerCase()),
    ),
  );
}

const flag = (value: boolean): number => (value ? 1 : 0);

/** The beginning of the interval that an instant (µs) lies in, as OpenObserve writes it: `2027-01-31T08:05:00`. */
function histogram(at: unknown, interval: unknown = "1 minute"): string | null {
  if (at === null) return null;
  const match = /^(\d{1,6})\s*([a-z]+?)s?$/.exec(String(interval).trim().toLowerCase());
  const unit = match === null ? undefined : unitMicroseconds[match[2]!];
  const width = Number(match?.[1]) * (unit ?? Number.NaN);
  if (!(width > 0)) throw new Error("histogram() takes an interval such as '5 minutes'");
  return new Date(Math.floor((Math.floor(Number(at) / width) * width) / 1000)).toISOString().slice(0, 19);
}
