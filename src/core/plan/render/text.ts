import type { Finding, Operation, Plan } from "../plan.ts";
import type { Palette } from "./palette.ts";
import { plainPalette } from "./palette.ts";
import { printable, printableChange, shownFields } from "./printable.ts";
import { kindText, shortDigest, summary, symbols } from "./summary.ts";

/** The plan for a terminal or a log, ending with a newline. */
export function renderText(plan: Plan, palette: Palette = plainPalette): string {
  const blocks = [
    header(plan, palette),
    plan.operations.map((operation) => operationText(operation, palette)).join("\n"),
    plan.findings.map((finding) => findingText(finding, palette)).join("\n"),
    [...plan.warnings, ...plan.hints]
      .map((warning) => palette.warning(`Warning: ${printable(warning)}`))
      .join("\n"),
    plan.overrides
      .map(({ flag, reason }) => palette.warning(`Overruled by ${printable(flag)}: ${printable(reason)}`))
      .join("\n"),
    plan.rails
      .map(({ message, override }) => palette.refusal(`Refused: ${message}. If it is meant: ${override}`))
      .join("\n"),
    palette.strong(summary(plan)),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function header(plan: Plan, palette: Palette): string {
  const commit = plan.commit === undefined ? "files as they are" : `commit ${plan.commit.slice(0, 12)}`;
  const where = `${printable(plan.organization)} at ${printable(plan.server)}`;
  return palette.faint(`${where}, scope ${printable(plan.scope)}, ${commit}`);
}

function operationText(operation: Operation, palette: Palette): string {
  const paint = palette[operation.operation];
  const reason = operation.reason === undefined ? "" : ` (${printable(operation.reason)})`;
  const title = `${kindText(operation.kind)} ${palette.strong(printable(operation.name))}${reason}`;
  const lines = [`${paint(symbols[operation.operation].padStart(3))} ${title}`];
  const rows = fieldRows(operation);
  const width = Math.min(40, Math.max(0, ...rows.map(([path]) => path.length)));
  for (const [path, change] of rows) lines.push(`        ${path.padEnd(width)}  ${change}`);
  return lines.join("\n");
}

function fieldRows(operation: Operation): readonly (readonly [path: string, change: string])[] {
  const created = operation.before === undefined;
  const rows = shownFields(operation).map(({ path, before, after }) => {
    if (created) return [printable(path), printableChange(undefined, after)[1]] as const;
    const [old, now] = printableChange(before, after);
    return [printable(path), `${old} -> ${now}`] as const;
  });
  return operation.codeChanged ? [...rows, ["code", codeChange(operation)]] : rows;
}

function codeChange({ before, after }: Operation): string {
  const now = shortDigest(after?.code);
  return before === undefined ? now : `${shortDigest(before.code)} -> ${now}`;
}

function findingText({ kind, name, finding, stops, message }: Finding, palette: Palette): string {
  const paint = stops ? palette.refusal : palette.warning;
  return `${paint(`${stops ? "!" : "i"}  ${finding}:`)} ${kindText(kind)} ${printable(name)} ${printable(message)}`;
}
