import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { evaluateExpression, parseExpression } from "../../../src/core/expression/expression.ts";
import { functions, methods } from "../../../src/core/expression/functions.ts";
import type { JsonObject } from "../../../src/core/json.ts";

const page = readFileSync(new URL("../../../docs/reference/expressions.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `(.+)` +\| `(.+)` +\|$/gm)].map(
  ([, text, value]) => [text!.replaceAll("\\|", "|"), value!] as const,
);
const [parameters, alert] = [...page.matchAll(/= `(\{.*?\})`/g)].map(
  ([, json]) => JSON.parse(json!) as JsonObject,
);

test.each(rows)("%s is %s", (text, value) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  expect(evaluateExpression(parsed.expression, { parameters: parameters!, alert: alert! })).toEqual({
    ok: true,
    value: JSON.parse(value),
  });
});

test("the page has its examples, and names what there is", () => {
  expect(rows).toHaveLength(12);
  const unnamed = [...Object.keys(functions), ...Object.keys(methods)].filter(
    (name) => !page.includes(`\`${name}\``),
  );
  expect(unnamed).toEqual(["getDayOfMonth", "getDayOfYear", "getSeconds", "getMilliseconds"]);
});
