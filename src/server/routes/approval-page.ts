import { createHash } from "node:crypto";
import { approversText, type RunApproval } from "../../core/approval/run-approval.ts";
import { escapeHtml } from "../../core/escape-html.ts";
import type { Run } from "../../core/run/run.ts";
import { toMilliseconds } from "../../core/time.ts";
import { frontPageStyle } from "./front-page.ts";

const style = `${frontPageStyle}table{border-collapse:collapse}td{padding:.2rem .8rem .2rem 0;vertical-align:top;white-space:nowrap}td+td{white-space:normal;overflow-wrap:anywhere}label{display:block;margin:1rem 0 .3rem}input{font:inherit;width:100%;padding:.4rem;box-sizing:border-box}button{font:inherit;margin:1rem .6rem 0 0;padding:.4rem 1.2rem}`;

/** Nothing but its own style, and a form that goes back to where the page came from. */
export const approvalPolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** What a person sees who follows a signed link: what would run, and the two answers. */
export const approvalPage = (run: Run, approval: RunApproval, email: string): string =>
  page(
    `Approve a run of ${run.actionName}?`,
    `<table>${facts(run, approval)
      .map(([what, value]) => `<tr><td>${escapeHtml(what)}</td><td>${escapeHtml(value)}</td></tr>`)
      .join("")}</table>
<form method="post">
<label for="comment">Comment, or why not</label><input id="comment" name="comment" maxlength="2000" autocomplete="off">
<button name="vote" value="approve">Approve</button><button name="vote" value="reject">Reject</button>
</form>
<p><small>You answer as ${escapeHtml(email)}. This link is for you alone, and good for one answer.</small></p>`,
  );

/** One sentence, after an answer or in place of the question. */
export const sentencePage = (title: string, sentence: string): string =>
  page(title, `<p>${escapeHtml(sentence)}</p>`);

const facts = (run: Run, approval: RunApproval): readonly (readonly [string, string])[] => [
  ["Action", `${run.actionName}, version ${run.version}`],
  ["Run", run.id],
  [
    "Started by",
    `${run.actor} (${run.trigger.kind}${run.trigger.kind === "alert" ? ` ${run.trigger.name}` : ""})`,
  ],
  ["Parameters", JSON.stringify(run.parameters)],
  ["Providers", Object.keys(approval.pins.providers).join(", ") || "none but the sandbox"],
  ["Approvers", approversText(approval)],
  ["Approved", `${approval.votes.length} of ${approval.quorum}`],
  ["Until", new Date(toMilliseconds(approval.expiresAt)).toISOString()],
];

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`;
