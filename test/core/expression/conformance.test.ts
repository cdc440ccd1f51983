import { evaluate as reference } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Evaluated,
  evaluateExpression,
  parseExpression,
} from "../../../src/core/expression/expression.ts";
import { samples } from "../../samples.ts";

/** The variables of both: what is an int here is a bigint there. */
const parameters = { i: 3, j: -7, s: "web-1", t: "žlutý", b: true, l: [1, 2, 3, 2], m: { a: 1, "b-c": 2 } };
const variables = {
  parameters: { ...parameters, i: 3n, j: -7n, l: [1n, 2n, 3n, 2n], m: { a: 1n, "b-c": 2n } },
};

/** Expressions by type, so that most of them have a value. */
const { bool } = fc.letrec<Record<"bool" | "int" | "text" | "list", string>>((tie) => ({
  int: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.integer({ min: 0, max: 20 }).map(String),
    fc.constantFrom(
      "parameters.i",
      "parameters.j",
      "parameters.m.a",
      "parameters.m['b-c']",
      "parameters.missing",
    ),
    fc
      .tuple(tie("int"), fc.constantFrom("+", "-", "*", "/", "%"), tie("int"))
      .map(([a, o, b]) => `(${a} ${o} ${b})`),
    tie("int").map((a) => `-${a}`),
    tie("text").map((a) => `size(${a})`),
    tie("list").map((a) => `${a}.size()`),
    fc.tuple(tie("list"), tie("int")).map(([a, b]) => `${a}[${b}]`),
    fc.tuple(tie("bool"), tie("int"), tie("int")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie("text"), tie("text")).map(([a, b]) => `${a}.indexOf(${b})`),
  ),
  text: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom('"a"', "'web'", '""', '"-"', "parameters.s", "parameters.t", 'r"\\d"', '"\\u017e"'),
    fc.tuple(tie("text"), tie("text")).map(([a, b]) => `(${a} + ${b})`),
    tie("int").map((a) => `string(${a})`),
    fc.tuple(tie("text"), tie("int"), tie("int")).map(([a, b, c]) => `${a}.substring(${b}, ${c})`),
    tie("text").map((a) => `${a}.trim()`),
    tie("text").map((a) => `${a}.split("-").join("+")`),
  ),
  list: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("parameters.l", "[1]", "[2, 3]"),
    fc.tuple(tie("list"), tie("list")).map(([a, b]) => `(${a} + ${b})`),
    fc
      .tuple(tie("list"), fc.constantFrom("x", "x + 1", "x * x", "2 / x"))
      .map(([a, b]) => `${a}.map(x, ${b})`),
    fc.tuple(tie("list"), tie("bool")).map(([a, b]) => `${a}.filter(x, x > 1 || ${b})`),
  ),
  bool: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("true", "false", "parameters.b", "has(parameters.i)", "has(parameters.nope)"),
    fc.tuple(tie("bool"), fc.constantFrom("&&", "||"), tie("bool")).map(([a, o, b]) => `(${a} ${o} ${b})`),
    tie("bool").map((a) => `!${a}`),
    fc
      .tuple(tie("int"), fc.constantFrom("<", "<=", ">", ">=", "==", "!="), tie("int"))
      .map(([a, o, b]) => `(${a} ${o} ${b})`),
    fc
      .tuple(tie("text"), fc.constantFrom("<", ">=", "==", "!="), tie("text"))
      .map(([a, o, b]) => `(${a} ${o} ${b})`),
    fc.tuple(tie("int"), tie("list")).map(([a, b]) => `(${a} in ${b})`),
    fc.tuple(tie("list"), tie("list")).map(([a, b]) => `(${a} == ${b})`),
    fc
      .tuple(tie("list"), fc.constantFrom("all", "exists", "exists_one"), tie("int"))
      .map(([a, o, b]) => `${a}.${o}(x, 6 / x > ${b})`),
    fc
      .tuple(
        tie("text"),
        fc.constantFrom("contains", "startsWith", "endsWith", "matches"),
        fc.constantFrom('"w"', '"-1"', '""'),
      )
      .map(([a, o, b]) => `${a}.${o}(${b})`),
  ),
}));

test("values and refusals are those of the language's other evaluator", () => {
  fc.assert(
    fc.property(bool, (text) => {
      // It overflows its stack of parsing where ours is bounded: of no interest here.
      fc.pre(text.length < 400);
      const parsed = parseExpression(text);
      const ours: Evaluated = parsed.ok ? evaluateExpression(parsed.expression, { parameters }) : parsed;
      let theirs: unknown;
      try {
        theirs = reference(text, variables);
      } catch {
        theirs = undefined;
      }
      expect({ text, value: ours.ok ? ours.value : undefined }).toEqual({ text, value: theirs });
    }),
    samples(1_000, 200_000),
  );
});
