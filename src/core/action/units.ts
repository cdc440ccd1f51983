import type { Milliseconds } from "../time.ts";

const durations = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;
const sizes = [
  ["Gi", 2 ** 30],
  ["Mi", 2 ** 20],
  ["Ki", 2 ** 10],
] as const;

/** Milliseconds of "30s", "5m", "1h", "2d"; the text has passed the schema. */
export const parseDuration = (text: string): Milliseconds => parse(text, durations);

/** The shortest text of a duration: the largest unit that divides it. */
export const durationText = (span: Milliseconds): string => (span === 0 ? "0s" : shortest(span, durations));

/** Bytes of "512Mi"; the text has passed the schema. */
export const parseSize = (text: string): number => parse(text, sizes);

/** The shortest text of a size in bytes that is a whole number of Ki. */
export const sizeText = (bytes: number): string => shortest(bytes, sizes);

type Units = readonly (readonly [unit: string, factor: number])[];

function parse(text: string, units: Units): number {
  const [, number, unit] = /^(\d+)([A-Za-z]+)$/.exec(text) ?? [];
  const factor = units.find(([name]) => name === unit)?.[1];
  if (number === undefined || factor === undefined)
    throw new RangeError(`no unit in ${JSON.stringify(text)}`);
  return Number(number) * factor;
}

function shortest(value: number, units: Units): string {
  const [unit, factor] = units.find(([, size]) => value % size === 0) ?? (units.at(-1) as Units[number]);
  return `${value / factor}${unit}`;
}
