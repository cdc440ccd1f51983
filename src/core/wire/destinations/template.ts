import { parseContentSpec } from "./content-spec.ts";
import { isReservedTemplate } from "./reserved-templates.ts";
import { resourceNameProblem } from "./resource-name.ts";

/** custom: text with `{name}` in it; content: what a message says, which each kind of destination lays out itself. */
export type TemplateKind = "custom" | "content";

export interface Template {
  readonly name: string;
  readonly body: string;
  readonly type: "http" | "email" | "sns";
  /** Of an e-mail; "" for others. */
  readonly title: string;
  readonly kind: TemplateKind;
}

/** A template as it is sent; every member may be missing or null. */
export interface SentTemplate {
  readonly name?: string | null;
  readonly body?: string | null;
  readonly type?: "http" | "email" | "sns" | "action" | null;
  readonly title?: string | null;
  readonly kind?: string | null;
}

export type ReadTemplate =
  /** `kind` undefined: what it was, custom for a new one. */
  | { readonly ok: true; readonly template: Omit<Template, "kind"> & { kind: TemplateKind | undefined } }
  | { readonly ok: false; readonly problem: string };

const fail = (problem: string): ReadTemplate => ({ ok: false, problem });

/**
 * Reads what was sent as a template, as far as that does not depend on what is there. A template of type action is
 * one of type http. `name`: of the address.
 */
export function readTemplate(sent: SentTemplate, name: string | undefined): ReadTemplate {
  const kind = sent.kind ?? undefined;
  if (kind !== undefined && kind !== "custom" && kind !== "content")
    return fail(`invalid template kind: ${kind.slice(0, 100)}`);
  if (!sent.body) return fail("Template body cannot be empty");
  const called = (name ?? sent.name ?? "").trim();
  const problem = resourceNameProblem("Template", called);
  if (problem !== undefined) return fail(problem);
  const sentType = sent.type ?? "http";
  const type = sentType === "action" ? "http" : sentType;
  const title = type === "email" ? (sent.title ?? "") : "";
  return { ok: true, template: { name: called, body: sent.body, type, title, kind } };
}

/** What is wrong with a template once its kind is known; undefined: nothing. */
export function templateProblem({ kind, type, title, body }: Template): string | undefined {
  if (kind === "custom")
    return type === "email" && title === "" ? "Email Template cannot have empty title" : undefined;
  const read = parseContentSpec(body);
  return read.ok ? undefined : `content template body is not a valid content spec: ${read.problem}`;
}

/** A template as OpenObserve shows it: those of the organization `default` are called defaults there. */
export const templateJson = ({ name, body, type, title, kind }: Template, organization: string) => ({
  name,
  body,
  isDefault: organization === "default" ? true : null,
  isPrebuilt: isReservedTemplate(name),
  type,
  title,
  kind,
});
