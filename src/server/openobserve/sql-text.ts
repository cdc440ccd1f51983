import { streamName } from "./stream-name.ts";

/** What SQL names, found without understanding more of it; or a sentence about what is refused. */
export type SqlText =
  | {
      readonly ok: true;
      /** Stored names, sorted. */
      readonly streams: readonly string[];
      /** The SQL with each stream written as its quoted stored name, so that `FROM default` is no syntax error. */
      readonly quoted: string;
    }
  | { readonly ok: false; readonly problem: string };

interface Token {
  readonly kind: "word" | "name" | "symbol";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const longestSql = 65_536;
const mostStreams = 20;
/** Texts, names and comments without an end reach to the end: so each character is looked at once. */
const tokens =
  /\s+|--[^\n]*|(\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$))|([\p{L}_][\p{L}\p{N}_]*)|([\s\S])/gu;

/** Ends the list of tables that FROM begins. */
const afterFrom = new Set(
  "WHERE GROUP ORDER LIMIT HAVING WINDOW UNION EXCEPT INTERSECT SELECT VALUES".split(" "),
);
/** Words before a table that are not its name. */
const beforeTable = new Set(["ONLY", "LATERAL"]);

/**
 * The streams that one SELECT reads: what stands after FROM, JOIN and the commas between. Errs towards naming too
 * much, since the caller must be allowed to read each. A common table expression hides a stream of its name only
 * once it is complete, and only at the beginning of the statement, where every dialect agrees on what it hides.
 */
export function readSql(sql: string): SqlText {
  if (sql.length > longestSql) return refuse(`the SQL is longer than ${longestSql} characters`);
  const list = tokenize(sql);
  if (list === undefined)
    return refuse('"$", a backslash before a quote, and comments in comments are not possible here');
  if (list.at(-1)?.text === ";") list.pop();
  if (list.some(({ text }) => text === ";")) return refuse("one statement at a time");
  const first = keyword(list[0]);
  if (first !== "SELECT" && first !== "WITH") return refuse("only SELECT is possible here");
  if (list.some((token, index) => index > 0 && keyword(token) === "WITH"))
    return refuse("WITH is possible at the beginning only");
  const forbidden = list.find((token) => keyword(token) === "TABLE" || keyword(token) === "INTO");
  if (forbidden !== undefined) return refuse(`${forbidden.text} is not possible here`);
  const named = tables(list);
  const followedByDot = new Set(list.filter((_, index) => list[index + 1]?.text === "."));
  if (named.some((token) => followedByDot.has(token))) return refuse("a stream is named without a schema");
  const streams = named.map(({ text }) => streamName(text)).filter((name) => name !== undefined);
  const distinct = [...new Set(streams)].sort();
  if (distinct.length > mostStreams) return refuse(`a search reads at most ${mostStreams} streams`);
  return { ok: true, streams: distinct, quoted: quoteTables(sql, named) };
}

function quoteTables(sql: string, named: readonly Token[]): string {
  let quoted = "";
  let at = 0;
  for (const { text, start, end } of named) {
    quoted += `${sql.slice(at, start)}"${streamName(text) ?? ""}"`;
    at = end;
  }
  return quoted + sql.slice(at);
}

const refuse = (problem: string): SqlText => ({ ok: false, problem });
const keyword = (token: Token | undefined): string | undefined =>
  token?.kind === "word" ? token.text.toUpperCase() : undefined;

/**
 * undefined for what some dialects read in another way, so that a table could hide in what looks like a text here:
 * dollar quotes, backslash escapes, nested comments.
 */
function tokenize(sql: string): Token[] | undefined {
  if (/\\['"`]/.test(sql)) return undefined;
  const found: Token[] = [];
  for (const match of sql.matchAll(tokens)) {
    const [whole, comment, name, word, symbol] = match;
    const place = { start: match.index, end: match.index + whole.length };
    if (comment?.includes("/*", 2) || symbol === "$") return undefined;
    if (name !== undefined) found.push({ kind: "name", text: unquote(name), ...place });
    else if (word !== undefined) found.push({ kind: "word", text: word, ...place });
    else if (symbol !== undefined) found.push({ kind: "symbol", text: symbol, ...place });
  }
  return found;
}

function unquote(text: string): string {
  const end = text.at(-1)!;
  return text.slice(1, -1).replaceAll(end + end, end);
}

/** Where a list of tables is being read, by depth of parentheses. */
interface Level {
  inFrom: boolean;
  expectsTable: boolean;
  /** The name of the common table expression whose body this is. */
  readonly defines: string | undefined;
}

function tables(list: readonly Token[]): Token[] {
  const levels: Level[] = [{ inFrom: false, expectsTable: false, defines: undefined }];
  const defined = new Set<string>();
  const found: Token[] = [];
  for (const [index, token] of list.entries()) {
    const level = levels.at(-1)!;
    if (token.text === "(" && token.kind === "symbol") {
      const defines = levels.length === 1 ? definedBefore(list, index) : undefined;
      levels.push({ inFrom: level.expectsTable, expectsTable: level.expectsTable, defines });
      level.expectsTable = false;
    } else if (token.text === ")" && token.kind === "symbol") {
      if (levels.length > 1) levels.pop();
      if (level.defines !== undefined) defined.add(level.defines);
    } else if (token.text === "," && token.kind === "symbol") level.expectsTable = level.inFrom;
    else if (opensTables(list, index)) Object.assign(level, { inFrom: true, expectsTable: true });
    else if (afterFrom.has(keyword(token) ?? ""))
      Object.assign(level, { inFrom: false, expectsTable: false });
    else if (level.expectsTable && token.kind !== "symbol") {
      if (beforeTable.has(keyword(token) ?? "")) continue;
      level.expectsTable = false;
      if (!defined.has(token.text.toLowerCase())) found.push(token);
    }
  }
  return found;
}

/** FROM and JOIN, but not IS DISTINCT FROM. */
function opensTables(list: readonly Token[], index: number): boolean {
  const word = keyword(list[index]);
  if (word === "JOIN" || word === "APPLY") return true;
  if (word !== "FROM") return false;
  const before = keyword(list[index - 2]);
  return keyword(list[index - 1]) !== "DISTINCT" || (before !== "IS" && before !== "NOT");
}

/** The `x` of `x AS (`, `x AS MATERIALIZED (` and `x (a, b) AS (`, whose parenthesis is at `index`. */
function definedBefore(list: readonly Token[], index: number): string | undefined {
  let at = index - 1;
  if (keyword(list[at]) === "MATERIALIZED") at -= keyword(list[at - 1]) === "NOT" ? 2 : 1;
  if (keyword(list[at]) !== "AS") return undefined;
  at -= 1;
  if (list[at]?.text === ")") while (at > 0 && list[at]?.text !== "(") at -= 1;
  const name = list[at]?.text === "(" ? list[at - 1] : list[at];
  return name === undefined || name.kind === "symbol" ? undefined : name.text.toLowerCase();
}
