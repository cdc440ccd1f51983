import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, parse, parseDocument, type YAMLMap } from "yaml";

/** A permission as OpenObserve writes it. */
export interface Permission {
  readonly object: string;
  readonly permission: string;
}

/**
 * The text of rota.yaml with a service account more. Lines are put in where the file's form allows it, so
 * that all the others stay as they are to the last space; else the document is printed anew, its comments
 * kept. An account that is declared already gets the permissions that it lacks.
 *
 * @param source the file's text; "" makes a new one
 * @throws Error when the text is no YAML mapping
 */
export function addServiceAccount(source: string, email: string, permissions: readonly Permission[]): string {
  const document = parseDocument(source);
  const problem = document.errors[0];
  if (problem) throw new Error(problem.message);
  const accounts = isMap(document.contents) ? document.contents.get("serviceAccounts", true) : undefined;
  const spliced = splice(source, accounts, email, permissions);
  const printed = printAnew(document, email, permissions);
  if (printed === undefined) return source;
  return spliced !== undefined && means(spliced, printed) ? spliced : printed;
}

/** Puts the lines behind the last account, or a section at the end; undefined for other forms. */
function splice(
  source: string,
  accounts: unknown,
  email: string,
  permissions: readonly Permission[],
): string | undefined {
  const lines = (indent: string) => [
    `${indent}${email}:`,
    `${indent}  permissions:`,
    ...permissions.map((one) => `${indent}    - { object: "${one.object}", permission: ${one.permission} }`),
    "",
  ];
  const started = source === "" || source.endsWith("\n") ? source : `${source}\n`;
  if (accounts === undefined) return started + ["serviceAccounts:", ...lines("  ")].join("\n");
  if (!isMap(accounts) || accounts.flow || accounts.has(email)) return undefined;
  const first = accounts.items[0]?.key as { range?: [number, number, number] } | undefined;
  const last = accounts.items.at(-1)?.value as { range?: [number, number, number] } | undefined;
  if (!first?.range || !last?.range) return undefined;
  const indent = /[^\n]*$/.exec(started.slice(0, first.range[0]))?.[0] ?? "";
  const end = started[last.range[1] - 1] === "\n" ? last.range[1] : started.indexOf("\n", last.range[1]) + 1;
  return started.slice(0, end) + lines(indent).join("\n") + started.slice(end);
}

function means(text: string, as: string): boolean {
  try {
    return isDeepStrictEqual(parse(text), parse(as));
  } catch {
    return false;
  }
}

/** The same by the document's own printer; undefined when nothing is missing. */
function printAnew(
  document: Document,
  email: string,
  permissions: readonly Permission[],
): string | undefined {
  if (document.contents === null) document.contents = document.createNode({}) as never;
  if (!isMap(document.contents)) throw new Error("rota.yaml is not a mapping");
  const account = mapAt(document, mapAt(document, document.contents, "serviceAccounts"), email);
  const present = (account.toJSON() as { permissions?: Permission[] }).permissions ?? [];
  const missing = permissions.filter(
    (wanted) => !present.some((one) => one.object === wanted.object && one.permission === wanted.permission),
  );
  if (missing.length === 0) return undefined;
  if (present.length === 0) account.set("permissions", document.createNode(missing));
  else for (const one of missing) document.addIn(["serviceAccounts", email, "permissions"], one);
  return document.toString({ lineWidth: 0 });
}

function mapAt(document: Document, parent: YAMLMap, key: string): YAMLMap {
  const found = parent.get(key, true);
  if (isMap(found)) return found;
  const made = document.createNode({}) as YAMLMap;
  made.flow = false;
  parent.set(key, made);
  return made;
}
