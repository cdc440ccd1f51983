import { describe, expect, test } from "vitest";
import {
  type Evaluated,
  evaluateCondition,
  evaluateExpression,
  parseExpression,
} from "../../../src/core/expression/expression.ts";
import type { JsonObject } from "../../../src/core/json.ts";

const variables: JsonObject = {
  parameters: {
    service: "nginx",
    count: 3,
    ratio: 0.5,
    list: [1, 2, 3],
    nested: { "a-b": true },
    nothing: null,
  },
  alert: {
    name: "ServiceDown",
    labels: { severity: "critical", service: "web" },
    startsAt: "2027-03-01T23:30:00Z",
  },
  steps: { restart: { outputs: { pid: "77" } } },
  run: { attempt: 1 },
  env: { REGION: "eu" },
};

function evaluate(text: string, given: JsonObject = variables): Evaluated {
  const parsed = parseExpression(text);
  return parsed.ok ? evaluateExpression(parsed.expression, given) : parsed;
}

describe("values", () => {
  test.each<[string, unknown]>([
    ['alert.name == "ServiceDown" && alert.labels.severity == "critical"', true],
    ['parameters.service != "postgres"', true],
    ["parameters.count + 1", 4],
    ["parameters.count * 1.5", 4.5],
    ["7 / 2", 3],
    ["7.0 / 2.0", 3.5],
    ["-7 % 3", -1],
    ["parameters.count == 3.0", true],
    ["parameters.list.map(x, x * 2).filter(x, x > 2)", [4, 6]],
    ["parameters.list.map(x, x > 1, x)", [2, 3]],
    ["parameters.list.exists(x, x == 2) && parameters.list.all(x, x > 0)", true],
    ["parameters.list.exists_one(x, x > 2)", true],
    ["alert.labels.exists(key, key == 'service')", true],
    ["2 in parameters.list", true],
    ["'severity' in alert.labels", true],
    ["has(alert.labels.severity) && !has(alert.labels.team)", true],
    ["parameters.nested['a-b']", true],
    ["parameters.list[1]", 2],
    ["parameters.nothing == null", true],
    ["steps.restart.outputs.pid + '/' + env.REGION", "77/eu"],
    ["int(steps.restart.outputs.pid) + 1", 78],
    ["string(parameters.count) + string(0.5) + string(true)", "30.5true"],
    ['{"a": [1, null, {"b": 2.5}]}', { a: [1, null, { b: 2.5 }] }],
    ["size('žá😀')", 3],
    ["parameters.service.matches('^ng[a-z]+$')", true],
    ["'a,b'.split(',').join('-').upperAscii()", "A-B"],
    ["'hello'.substring(1, 3)", "el"],
    ["timestamp(alert.startsAt) + duration('1h30m')", "2027-03-02T01:00:00.000Z"],
    ["timestamp(alert.startsAt).getHours('Europe/Zurich')", 0],
    ["timestamp(alert.startsAt).getDayOfWeek()", 1],
    ["timestamp('2027-03-01T00:00:00Z') - timestamp('2027-02-28T00:00:00Z') > duration('23h')", true],
    ["duration('90s')", "90s"],
    ["duration('90m').getHours()", 1],
    ["parameters.missing || true", true],
    ["parameters.missing && false", false],
    ["parameters.count > 2 ? 'many' : 'few'", "many"],
    ["[1, 2] + [3] == [1, 2, 3]", true],
    ["{'a': parameters.count} == {'a': 3.0}", true],
    ["parameters.service == 1 || parameters.count == '3'", false],
  ])("%s", (text, value) => {
    expect(evaluate(text)).toEqual({ ok: true, value });
  });
});

describe("problems found before anything runs", () => {
  test.each([
    ["", 0, "empty"],
    ["1 +", 3, "unexpected token"],
    ['alert.name == "x', 14, "unterminated"],
    ["paramters.service", 0, 'did you mean "parameters"?'],
    ["secrets.x == 1", 0, "the names are parameters, alert"],
    ["1 + 'a'", 0, '"+" does not work on int and string'],
    ["parameters.list.exists(x, y == x)", 26, 'there is no "y"'],
    ["parameters.service.startWith('a')", 0, "did you mean startsWith()?"],
    ["eval('1')", 0, "no function eval()"],
    ["b'abc' == b'abc'", 0, "bytes"],
    ["type(1) == int", 0, "type"],
    ["cel.bind(x, 1, x)", 0, "bind"],
    ["google.protobuf.Timestamp == 1", 0, "google"],
    ["`x`", 0, "unexpected"],
    ["alert.?name", 6, "expected"],
    [`${"(".repeat(60)}1${")".repeat(60)}`, 40, "maxDepth"],
    [`${"1+".repeat(600)}1`, 0, "maxAstNodes"],
    ["x".repeat(5000), 4096, "4096"],
    ["parameters.a; process.exit()", 12, "unexpected"],
    ["`${process.env}`", 0, "unexpected"],
    ["this.constructor", 0, 'there is no "this"'],
  ])("problem %#", (text, offset, part) => {
    const parsed = parseExpression(text);
    expect(parsed).toEqual({ ok: false, offset: expect.any(Number), problem: expect.stringContaining(part) });
    if (!part.startsWith("max")) expect(parsed).toHaveProperty("offset", offset);
  });

  test("a condition that can only be a number", () => {
    expect(parseExpression("1 + 1", { condition: true })).toMatchObject({
      ok: false,
      problem: /true or false/,
    });
    expect(parseExpression("parameters.x", { condition: true }).ok).toBe(true);
  });

  test("names that the place does not have", () => {
    expect(parseExpression("steps.a.outputs.b", { names: ["parameters"] })).toMatchObject({ ok: false });
  });
});

describe("problems of one evaluation", () => {
  test.each([
    ["alert.labels.sevrity == 'x'", 'did you mean "severity"?'],
    ["alert.labels.team == 'x'", "has(...)"],
    ["parameters.service.name", "a string has no member"],
    ["parameters.list[3]", "3 items, no item 3"],
    ["parameters.list[-1]", "no item -1"],
    ["parameters.service + parameters.count", '"+" does not work on string and int'],
    ["1 / (parameters.count - 3)", "division by zero"],
    ["9223372036854775807 + parameters.count", "64 bits"],
    ["!parameters.service", "must be true or false"],
    ["parameters.count < parameters.service", "does not work"],
    ["parameters.service.exists(x, true)", "no items"],
    ["int('12x')", "cannot read"],
    ["timestamp('yesterday')", "timestamp() reads"],
    ["duration('soon')", "duration() reads"],
    ["timestamp(alert.startsAt).getHours('Mars/Base')", "not a time zone"],
    ["parameters.service.matches('(')", "RE2"],
    ["parameters.service.matches('(?=x)')", "RE2"],
    ["1.0 / 0.0", "finite"],
  ])("%s", (text, part) => {
    expect(evaluate(text)).toMatchObject({
      ok: false,
      offset: expect.any(Number),
      problem: expect.stringContaining(part),
    });
  });

  test("a variable that this run does not have", () => {
    expect(evaluate("alert.name == 'x'", { parameters: {} })).toMatchObject({
      ok: false,
      problem: /no "alert"/,
    });
  });

  test("a condition that turns out to be no truth value", () => {
    const parsed = parseExpression("parameters.service");
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(evaluateCondition(parsed.expression, variables)).toMatchObject({ ok: false, problem: /string/ });
  });
});

describe("nothing of the program is reachable", () => {
  test.each([
    "parameters.constructor",
    "parameters.constructor.constructor",
    "parameters['constructor']",
    "parameters.__proto__",
    "parameters['__proto__']",
    "parameters.toString",
    "parameters.list.length",
    "parameters.list.constructor",
    "parameters.service.constructor",
    "parameters.service.length",
    "[].constructor",
    "{}.constructor",
    "{'a': 1}.hasOwnProperty",
    "alert.__defineGetter__",
    "parameters.getter",
    "parameters.method",
    "parameters.instance",
  ])("%s", (text) => {
    const hostile = {
      parameters: {
        ...(variables.parameters as JsonObject),
        get getter(): string {
          throw new Error("called");
        },
        method: () => "called",
        instance: new Map([["a", 1]]),
      },
      alert: {},
    };
    expect(evaluate(text, hostile as unknown as JsonObject)).toMatchObject({ ok: false });
  });

  test("keys named like the program's own are data", () => {
    const parameters = JSON.parse('{"constructor":"a","__proto__":{"b":1},"toString":2}') as JsonObject;
    expect(evaluate("parameters.constructor", { parameters })).toEqual({ ok: true, value: "a" });
    expect(evaluate("parameters.__proto__.b + parameters.toString", { parameters })).toEqual({
      ok: true,
      value: 3,
    });
    expect(evaluate("has(parameters.hasOwnProperty)", { parameters })).toEqual({ ok: true, value: false });
    const copied = evaluate("parameters", { parameters });
    expect(copied.ok && Object.getPrototypeOf(copied.value)).toBe(Object.prototype);
    expect(JSON.stringify(copied)).toContain('"__proto__":{"b":1}');
  });
});

describe("work is bounded", () => {
  const many = Array.from({ length: 400 }, (_, index) => index);
  const big = { parameters: { l: many, s: "a".repeat(100_000), deep: deep(20_000) } } as JsonObject;

  test.each([
    "parameters.l.map(a, parameters.l.map(b, parameters.l.map(c, c)))",
    "parameters.l.all(a, parameters.l.all(b, parameters.l.all(c, c + 1 > 0)))",
    "parameters.l.map(a, parameters.l.map(b, parameters.l))",
    "parameters.l.exists(a, parameters.l.exists(b, parameters.l.exists(c, c > 1000)) || false)",
    "parameters.l.map(a, parameters.s + parameters.s)",
    "parameters.l.all(a, parameters.l.all(b, timestamp(a).getHours('Europe/Zurich') < 24))",
    "parameters.l.map(a, parameters.l + parameters.l) == parameters.l.map(a, parameters.l + parameters.l)",
    "parameters.l.map(a, parameters.s).join('')",
    "parameters.s.split('').size() > 1 && parameters.l.all(x, parameters.s.split('').size() > 1)",
    "parameters.l.all(x, parameters.s.contains('b') == false) && parameters.l.all(x, parameters.s.contains('b') == false)",
  ])("%s", (text) => {
    expect(evaluate(text, big)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/too many steps|longer/),
    });
  });

  test("patterns that make a backtracking engine hang", () => {
    const parameters = { s: `${"a".repeat(5000)}b` };
    expect(evaluate("parameters.s.matches('^(a+)+$')", { parameters })).toEqual({ ok: true, value: false });
    expect(evaluate("parameters.s.matches('^(a|aa)+$')", { parameters })).toEqual({ ok: true, value: false });
    expect(evaluate("parameters.s.matches('((a{0,100}){0,10})$')", big)).toMatchObject({ ok: false });
    expect(evaluate(`parameters.s.matches('${"(a?){500}".repeat(3)}')`, { parameters })).toMatchObject({
      ok: false,
      problem: /1000 times/,
    });
    expect(evaluate("parameters.l.all(x, !'ab'.matches('^(b?){900}$'))", big)).toMatchObject({ ok: false });
    expect(evaluate(`parameters.s.matches('${"a".repeat(300)}')`, { parameters })).toMatchObject({
      ok: false,
    });
  });

  test("a value nested deeper than the stack", () => {
    expect(evaluate("parameters.deep", big)).toMatchObject({ ok: false, problem: /nested too deep/ });
    expect(evaluate("parameters.deep == parameters.deep", big)).toMatchObject({
      ok: false,
      problem: /nested/,
    });
  });
});

function deep(levels: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}
