import type { Operation, Plan } from "../plan.ts";
import { fitMarkdown } from "./fit-markdown.ts";
import { code, fence } from "./markdown-text.ts";
import { printable, printableChange, shownFields } from "./printable.ts";
import { kindText, shortDigest, summary, symbols } from "./summary.ts";

/** The longest body that GitHub takes for a comment. */
export const commentLimit = 65_536;

/**
 * The plan as a comment on a pull request, at most `limit` characters: header, counts, rails, findings
 * and deletions first, then one folded diff per operation. The biggest diffs are left out first.
 * Nothing that a user wrote is read as Markdown or HTML.
 */
export function renderMarkdown(plan: Plan, limit: number = commentLimit): string {
  return fitMarkdown(
    {
      head: [header(plan), counts(plan)].join("\n\n"),
      lists: [
        {
          title: "Refused",
          lines: plan.rails.map((rail) => `${rail.message}. If it is meant: ${code(rail.override)}`),
        },
        { title: "Must be decided first", lines: findingLines(plan, true) },
        { title: "Deletions", lines: deletions(plan) },
        {
          title: "Overruled",
          lines: plan.overrides.map(({ flag, reason }) => `${code(flag)}: ${code(reason)}`),
        },
        { title: "Warnings", lines: [...plan.warnings, ...plan.hints].map(code) },
        { title: "To know", lines: findingLines(plan, false) },
      ],
      details: plan.operations.filter(({ operation }) => operation !== "delete").map(details),
      foot: `<sub>Plan ${code(plan.planId.slice(0, 12))}, ledger generation ${plan.generation}</sub>`,
    },
    limit,
  );
}

function header(plan: Plan): string {
  const commit = plan.commit === undefined ? "files as they are" : `commit ${code(plan.commit.slice(0, 12))}`;
  return [
    `### Rota: ${summary(plan)}`,
    `${code(plan.organization)} at ${code(plan.server)}, scope ${code(plan.scope)}, ${commit}`,
  ].join("\n\n");
}

function counts({ counts, unchanged }: Plan): string {
  const row = [counts.create, counts.update, counts.replace, counts.delete, unchanged].join(" | ");
  return `| create | update | replace | delete | unchanged |\n|---|---|---|---|---|\n| ${row} |`;
}

const findingLines = (plan: Plan, stops: boolean): readonly string[] =>
  plan.findings
    .filter((finding) => finding.stops === stops)
    .map(
      ({ kind, name, finding, message }) => `${finding}: ${kindText(kind)} ${code(name)} ${code(message)}`,
    );

const deletions = (plan: Plan): readonly string[] =>
  plan.operations
    .filter(({ operation }) => operation === "delete" || operation === "replace")
    .map(({ operation, kind, name }) => `${code(symbols[operation])} ${kindText(kind)} ${code(name)}`);

function details(operation: Operation): string {
  const reason = operation.reason === undefined ? "" : ` (${code(operation.reason)})`;
  const title = `${code(symbols[operation.operation])} ${kindText(operation.kind)} ${code(operation.name)}${reason}`;
  const body = fence("diff", diffLines(operation));
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

function diffLines(operation: Operation): readonly string[] {
  const created = operation.before === undefined;
  const lines = shownFields(operation).flatMap((field) => {
    const [before, after] = printableChange(field.before, field.after);
    const path = printable(field.path);
    const old = created ? [] : [`- ${path}: ${before}`];
    return [...old, `+ ${path}: ${after}`];
  });
  if (!operation.codeChanged) return lines;
  const oldCode = created ? [] : [`- code: ${shortDigest(operation.before?.code)}`];
  return [...lines, ...oldCode, `+ code: ${shortDigest(operation.after?.code)}`];
}
