import { InvalidArgumentError } from "commander";
import { readSince, sinceForms } from "../../core/run/read-since.ts";
import { usageError } from "../cli-error.ts";
import { type CommandModule, examples, flag, text, type Values } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, connect } from "../connection/connection.ts";
import type { AuditAsked } from "../connection/wire.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { auditRow, auditVerdictLines } from "../output/audit-texts.ts";
import { addFormatOption, printJson, wantsJson } from "../output/format-option.ts";
import { table } from "../output/table.ts";

/** `rota audit` */
export const audit: CommandModule = {
  define(command) {
    command
      .option("--since <time>", "only since then: 2h, 3d, 2026-08-01, 2026-08-01T12:00Z")
      .option("--until <time>", "only before then")
      .option("--actor <email>", "only what they did")
      .option("--action <word>", "only this: start, cancel, delete, login, …")
      .option(
        "--object <object>",
        "only about this: an action's name, a run's id, secrets:NAME, role:NAME, …",
      )
      .option("--refused", "only what was refused")
      .option("--limit <number>", "how many, 1 to 1000", count, usualLimit)
      .option("--cursor <cursor>", "go on where the page before ended")
      .option("--verify", "check that no entry was altered, taken out or put in")
      .option("--head <head>", "with --verify: a head that was noted earlier must still be there");
    addFormatOption(command);
    addConnectionOptions(command);
    examples(command, [
      ["rota audit --since 1d", "who did what since yesterday"],
      ["rota audit --object restart_service", "who changed this action"],
      ["rota audit --object 3AbCdEfGhIjKlMnOpQrStUvWxYz", "who started and stopped this run"],
      ["rota audit --refused --since 2h", "who tried what they may not"],
      ["rota audit --verify", "is it all as it was written?"],
    ]);
  },

  run: async (io, values) => (flag(values, "verify") ? verify(io, values) : list(io, values)),
};

async function list(io: Io, values: Values): Promise<number> {
  if (text(values, "head") !== undefined) throw usageError("--head belongs to --verify");
  const asked: AuditAsked = {
    ...Object.fromEntries(filters.map((name) => [name, text(values, name)])),
    since: instant(io, values, "since"),
    until: instant(io, values, "until"),
    outcome: flag(values, "refused") ? "refused" : undefined,
    limit: values.options.limit as number,
    cursor: text(values, "cursor"),
  };
  const page = await client(await connect(io, values)).audit(asked);
  if (wantsJson(values)) printJson(io, { items: page.items, next: page.next ?? null });
  else if (page.items.length === 0) io.out("Nothing in the audit is like that.");
  else {
    const rows = page.items.map((entry) => auditRow(io, entry));
    for (const line of table(["WHEN", "WHO", "DID", "TO", "FROM", "OUTCOME", "DETAIL"], rows)) io.out(line);
    if (page.next != null) io.note(`There are more: the same command with --cursor ${page.next}`);
  }
  return exitCode.done;
}

async function verify(io: Io, values: Values): Promise<number> {
  const head = text(values, "head");
  if (head !== undefined && !/^\d{1,15}:[0-9a-f]{64}$/.test(head))
    throw usageError(
      "--head is no head of the audit",
      "It is what `rota audit --verify` showed: NUMBER:HASH.",
    );
  const verdict = await client(await connect(io, values)).verifyAudit(head);
  if (wantsJson(values)) printJson(io, verdict);
  else for (const line of auditVerdictLines(io, verdict)) io.out(line);
  return verdict.ok ? exitCode.done : exitCode.invalid;
}

const filters = ["actor", "action", "object"] as const;
const usualLimit = 20;

/** As an instant: the next page is asked for later. Checked here, before a server is asked. */
function instant(io: Io, values: Values, name: string): string | undefined {
  const written = text(values, name);
  if (written === undefined) return undefined;
  const found = readSince(written, io.now() * 1000);
  if (found === undefined) throw usageError(`--${name} is no time; write ${sinceForms}.`);
  return String(found);
}

function count(written: string): number {
  const number = Number(written);
  if (!Number.isInteger(number) || number < 1 || number > 1000)
    throw new InvalidArgumentError("A whole number from 1 to 1000 is needed.");
  return number;
}
