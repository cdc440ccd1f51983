import { type Command, InvalidArgumentError } from "commander";
import { readInstant } from "../../core/schedule/read-instant.ts";
import type { Instant } from "../../core/time.ts";
import { fromMilliseconds } from "../../core/time.ts";
import { usageError } from "../cli-error.ts";
import { text, texts, type Values } from "../command.ts";
import type { Io } from "../io.ts";

/** Most fires of one answer. */
export const mostFires = 1000;

/** Which fires are asked for. `to` undefined: the next ones. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant | undefined;
  readonly limit: number;
}

export function addSpanOptions(command: Command): void {
  command
    .option("--next <count>", "how many fires at most (10; with --between 200)", count)
    .option("--from <instant>", "count from this instant, such as 2027-03-01T07:00:00Z (now)")
    .option("--between <instants...>", "two instants: every fire from the first to before the second");
}

/** @throws CliError (exit 2) for what is no instant, and for a span that ends before it begins */
export function readSpan(io: Io, values: Values): Span {
  const between = texts(values, "between");
  const from = text(values, "from");
  const limit = values.options.next as number | undefined;
  if (between.length === 0)
    return {
      from: from === undefined ? now(io) : instant(from, "--from"),
      to: undefined,
      limit: limit ?? 10,
    };
  if (from !== undefined) throw usageError("--between has its own start; leave --from out");
  if (between.length !== 2)
    throw usageError(
      `--between needs two instants, and got ${between.length}`,
      "For example: --between 2027-03-01T00:00:00Z 2027-04-01T00:00:00Z. The name of an action goes before it.",
    );
  const [start, end] = between.map((one) => instant(one, "--between")) as [Instant, Instant];
  if (start >= end)
    throw usageError(
      `--between ends (${between[1]}) before it begins (${between[0]})`,
      "The earlier instant comes first.",
    );
  return { from: start, to: end, limit: limit ?? 200 };
}

const now = (io: Io): Instant => fromMilliseconds(io.now());

/** An instant, or a date, which means its first moment in UTC. */
function instant(written: string, option: string): Instant {
  const found = readInstant(/^\d{4}-\d{2}-\d{2}$/.test(written) ? `${written}T00:00:00Z` : written);
  if (found === undefined)
    throw usageError(
      `${option} ${written} is no instant`,
      "Write a date and time with its offset from UTC, such as 2027-03-01T07:00:00Z or 2027-03-01T09:00:00+02:00, or a date (UTC).",
    );
  return found;
}

function count(written: string): number {
  const number = /^\d{1,6}$/.test(written) ? Number(written) : 0;
  if (number < 1 || number > mostFires)
    throw new InvalidArgumentError(`It is a number from 1 to ${mostFires}.`);
  return number;
}
