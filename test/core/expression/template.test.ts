import { expect, test } from "vitest";
import {
  evaluateStructure,
  evaluateTemplate,
  hasTemplate,
  parseTemplate,
} from "../../../src/core/expression/template.ts";
import type { JsonObject } from "../../../src/core/json.ts";

const variables: JsonObject = {
  parameters: { service: "nginx", port: 8080, tags: ["a", "b"], nothing: null },
  alert: { labels: { service: "web" } },
};

function evaluate(text: string) {
  const parsed = parseTemplate(text);
  return parsed.ok ? evaluateTemplate(parsed.template, variables) : parsed;
}

test.each<[string, unknown]>([
  ["plain", "plain"],
  ["", ""],
  ["${{ parameters.service }}", "nginx"],
  ["${{ parameters.port }}", 8080],
  ["${{parameters.tags}}", ["a", "b"]],
  ["${{ parameters.nothing }}", null],
  ["http://${{ parameters.service }}:${{ parameters.port }}/", "http://nginx:8080/"],
  ["tags ${{ parameters.tags }}", 'tags ["a","b"]'],
  ["$${{ kept }} and ${{ parameters.port }}", "${{ kept }} and 8080"],
  ['${{ "}}" + parameters.service }}', "}}nginx"],
  ["${{ '\\'}}' }}", "'}}"],
  ['${{ {"a": {"b": 1}} }}', { a: { b: 1 } }],
  ['${{ {"a": {"b": 1}}.a.b }}x', "1x"],
  ['${{ """}}""" }}', "}}"],
  ["cost $5 and ${x} {{ y }}", "cost $5 and ${x} {{ y }}"],
])("%s", (text, value) => {
  expect(evaluate(text)).toEqual({ ok: true, value });
});

test.each([
  ["a ${{ parameters.service", 2, 'no "}}"'],
  ['${{ "}} ', 4, "unterminated"],
  ["${{ {", 0, 'no "}}"'],
  ["ab ${{ paramters.x }}", 7, 'did you mean "parameters"?'],
  ["ab ${{ }}", 6, "empty"],
  ["${{ parameters.port }} ${{ parameters.other }}", 27, 'no "other"'],
  ["x${{ parameters.nothing }}", 4, "null has no text"],
  ["x".repeat(70_000), 65_536, "65536"],
])("problem %#", (text, offset, part) => {
  expect(evaluate(text)).toMatchObject({ ok: false, offset, problem: expect.stringContaining(part) });
});

test("hasTemplate knows what run: must refuse", () => {
  expect(hasTemplate("echo ${{ parameters.x }}")).toBe(true);
  expect(hasTemplate("echo ${HOME} {{ }} $${{ x }}")).toBe(false);
});

test("a structured value keeps its shape and its keys", () => {
  const value = {
    service: "${{ alert.labels.service }}",
    list: [1, "${{ parameters.port }}", null],
    "${{ k }}": true,
  };
  expect(evaluateStructure(value, variables)).toEqual({
    ok: true,
    value: { service: "web", list: [1, 8080, null], "${{ k }}": true },
  });
});

test("a problem in a structured value says where", () => {
  expect(evaluateStructure({ headers: ["a", "${{ alert.nope }}"] }, variables)).toMatchObject({
    ok: false,
    path: ["headers", 1],
    offset: 4,
  });
  expect(evaluateStructure({ a: "${{ alert.labels }}" }, variables, { names: ["parameters"] })).toMatchObject(
    {
      ok: false,
      path: ["a"],
    },
  );
});
