import type { Json, JsonObject } from "../json.ts";
import {
  type Evaluated,
  type Expression,
  type ExpressionProblem,
  evaluateExpression,
  parseExpression,
} from "./expression.ts";

export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  /** `offset`: where the expression's text begins in the template, after `${{`. */
  | { readonly kind: "expression"; readonly expression: Expression; readonly offset: number };

/** A text with `${{ … }}` in it; made by `parseTemplate` only. */
export interface Template {
  readonly parts: readonly TemplatePart[];
}

const longestTemplate = 65_536;
/** Characters of what the templates of one structure come to: each may be as long as an output, and be there twice. */
const mostMade = 4 * 2 ** 20;
const deepest = 64;

/** Whether a text holds a template at all: what `run:` refuses. */
export const hasTemplate = (text: string): boolean => text.replaceAll("$${{", "").includes("${{");

/**
 * Reads a text with `${{ CEL }}` in it; `$${{` stands for a literal `${{`. Offsets of problems count from the start
 * of the text. `names`: the top-level names of the place, as for parseExpression.
 */
export function parseTemplate(
  text: string,
  place: { readonly names?: readonly string[] } = {},
): { readonly ok: true; readonly template: Template } | ExpressionProblem {
  if (text.length > longestTemplate)
    return {
      ok: false,
      problem: `a template has at most ${longestTemplate} characters`,
      offset: longestTemplate,
    };
  const parts: TemplatePart[] = [];
  let literal = "";
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("${{", at);
    if (open < 0) break;
    if (open > at && text[open - 1] === "$") {
      literal += `${text.slice(at, open - 1)}\${{`;
      at = open + 3;
      continue;
    }
    const close = closing(text, open + 3);
    if (close === undefined) return { ok: false, problem: 'this "${{" has no "}}"', offset: open };
    const parsed = parseExpression(text.slice(open + 3, close), place);
    if (!parsed.ok) return { ...parsed, offset: open + 3 + parsed.offset };
    literal += text.slice(at, open);
    if (literal !== "") parts.push({ kind: "text", text: literal });
    parts.push({ kind: "expression", expression: parsed.expression, offset: open + 3 });
    literal = "";
    at = close + 2;
  }
  literal += text.slice(at);
  if (literal !== "" || parts.length === 0) parts.push({ kind: "text", text: literal });
  return { ok: true, template: { parts } };
}

/** Where the `}}` of an expression is: not inside its texts, nor as the end of its maps. */
function closing(text: string, from: number): number | undefined {
  let depth = 0;
  const tokens = /"""|'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}]/gs;
  tokens.lastIndex = from;
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    const [found] = token;
    if (found === '"""' || found === "'''") {
      const end = text.indexOf(found, tokens.lastIndex);
      if (end < 0) return undefined;
      tokens.lastIndex = end + 3;
    } else if (found === "{") depth += 1;
    else if (found === "}" && depth > 0) depth -= 1;
    else if (found === "}" && text[token.index + 1] === "}") return token.index;
  }
  return undefined;
}

/**
 * The value of a template. One that is a single expression keeps that value's type; otherwise it is a text, in
 * which lists and maps are written as JSON and null is a problem.
 */
export function evaluateTemplate(
  { parts }: Template,
  variables: JsonObject,
  room: Room = roomForAll(),
): Evaluated {
  const values: Json[] = [];
  for (const part of parts) {
    if (part.kind === "text") {
      values.push(part.text);
      continue;
    }
    const value = evaluateExpression(part.expression, variables);
    if (!value.ok) return { ...value, offset: part.offset + value.offset };
    if (value.value === null && parts.length > 1)
      return { ok: false, problem: 'null has no text; write (x == null ? "" : x)', offset: part.offset };
    room.left -= typeof value.value === "string" ? value.value.length : JSON.stringify(value.value).length;
    if (room.left < 0) return { ok: false, problem: tooMuch, offset: part.offset };
    values.push(value.value);
  }
  if (values.length === 1) return { ok: true, value: values[0]! };
  return {
    ok: true,
    value: values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(""),
  };
}

/** Characters that templates may still come to. */
export interface Room {
  left: number;
}

/** For the templates of one thing together. */
export const roomForAll = (): Room => ({ left: mostMade });

const tooMuch = `what its templates come to is longer than ${mostMade / 2 ** 20} MiB together`;

/** A problem inside a structured value; `path` leads to the text that has it. */
export interface StructureProblem extends ExpressionProblem {
  readonly path: readonly (string | number)[];
}

/** A structured value with every template in its texts evaluated. Keys are left alone. */
export function evaluateStructure(
  value: Json,
  variables: JsonObject,
  place: { readonly names?: readonly string[]; readonly room?: Room } = {},
): { readonly ok: true; readonly value: Json } | StructureProblem {
  return structure(value, variables, { room: roomForAll(), ...place }, []);
}

function structure(
  value: Json,
  variables: JsonObject,
  place: { readonly names?: readonly string[]; readonly room: Room },
  path: readonly (string | number)[],
): { readonly ok: true; readonly value: Json } | StructureProblem {
  if (typeof value === "string") {
    const parsed = parseTemplate(value, place);
    const result = parsed.ok ? evaluateTemplate(parsed.template, variables, place.room) : parsed;
    return result.ok ? result : { ...result, path };
  }
  if (typeof value !== "object" || value === null) return { ok: true, value };
  if (path.length > deepest)
    return { ok: false, problem: `values nest at most ${deepest} deep`, offset: 0, path };
  const made: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    const inner = structure(item, variables, place, [...path, Array.isArray(value) ? Number(key) : key]);
    if (!inner.ok) return inner;
    made.push([key, inner.value]);
  }
  return { ok: true, value: Array.isArray(value) ? made.map(([, item]) => item) : Object.fromEntries(made) };
}
