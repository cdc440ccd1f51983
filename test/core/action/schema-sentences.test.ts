import { describe, expect, it } from "vitest";
import { parse, runbook, scheduled } from "./documents.ts";

/** "line:column message (hint)" of each problem. */
const told = (text: string): string[] =>
  parse(text).issues.map(
    ({ line, column, message, hint }) =>
      `${line}:${column} ${message}${hint === undefined ? "" : ` (${hint})`}`,
  );
const steps = (flow: string) => `type: runbook\nsteps:\n  - ${flow}\n`;

describe("one mistake, one sentence", () => {
  const cases: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
    [
      "a text that YAML reads as a number",
      `${scheduled}env: { PORT: 8080 }\n`,
      ['4:14 "PORT" must be a text or { secret: NAME } (write it in quotes: "8080")'],
    ],
    [
      "an older YAML's true",
      `${scheduled}enabled: yes\n`,
      ['4:10 "enabled" must be true or false, not a text (write true)'],
    ],
    [
      "a mistyped key where one is required",
      `${runbook}alerts: [{ mach: "true" }]\nmode: triggered\n`,
      ['5:12 unknown key "mach" (did you mean "match"?)'],
    ],
    [
      "a mistyped key where a rule looks for the right one",
      steps("{ nmae: a, run: x }"),
      ['3:7 unknown key "nmae" (did you mean "name"?)'],
    ],
    [
      "a schedule's key at the top",
      `${runbook}cron: "* * * * *"\n`,
      ['5:1 unknown key "cron" (it stands below schedule: schedule: { cron: … })'],
    ],
    [
      "a retention that keeps nothing",
      `${scheduled}retention: { keep: 0 }\n`,
      ['4:20 "keep" must be at least 1'],
    ],
    [
      "a retention as a duration",
      `${scheduled}retention: { days: 30d }\n`,
      ['4:20 "days" must be a whole number, not a text'],
    ],
    [
      "snake case",
      "type: realtime\nservice_account: a@b.c\n",
      [
        '2:1 unknown key "service_account" (did you mean "serviceAccount"?)',
        "1:7 a realtime action needs a serviceAccount, whose rights its runs have (serviceAccount: NAME@example.com, declared in rota.yaml)",
      ],
    ],
    [
      "a JSON pointer without its slash",
      steps("{ name: a, http: { url: /x, expect: { json: { status: up, /ok: true } } } }"),
      [
        '3:51 the key "status" must be a JSON pointer: it begins with / as in /status or /checks/0/ok (~0 stands for ~, ~1 for /); an empty one is the whole body',
      ],
    ],
    [
      "a JSON pointer with a lone ~",
      steps('{ name: a, http: { url: /x, expect: { json: { /a~b: 1, "": {}, /a~1b~0: 1 } } } }'),
      [
        '3:51 the key "/a~b" must be a JSON pointer: it begins with / as in /status or /checks/0/ok (~0 stands for ~, ~1 for /); an empty one is the whole body',
      ],
    ],
    [
      "a header that is expected to be a number",
      steps("{ name: a, http: { url: /x, expect: { headers: { X-Count: 5 } } } }"),
      ['3:63 "X-Count" must be a text, not the number 5 (write it in quotes: "5")'],
    ],
    [
      "a mapping's mistake inside of a choice",
      `${scheduled}env: { A: { secrets: x } }\n`,
      ['4:13 unknown key "secrets" (did you mean "secret"?)'],
    ],
    [
      "a number's mistake inside of a choice",
      `${scheduled}retries: -1\n`,
      ['4:10 "retries" must be at least 0'],
    ],
    [
      "no branch of a choice",
      `${scheduled}notify: 5\n`,
      ['4:9 "notify" must be a mapping (key: value) or a list'],
    ],
    [
      "a word inside of a choice",
      `${runbook}parameters: { a: { type: strin } }\n`,
      [
        '5:26 "type" must be one of string, number, integer, boolean, array, object, null or a list (did you mean "string"?)',
      ],
    ],
    [
      "no program",
      steps("{ name: a }"),
      ['3:7 "steps[0]" needs exactly one of run, python, http and action'],
    ],
    [
      "two programs",
      steps("{ name: a, run: x, python: y.py }"),
      ['3:7 "steps[0]" needs exactly one of run, python, http and action'],
    ],
    [
      "a step that is no mapping",
      steps("restart"),
      ['3:5 "steps[0]" must be a mapping (key: value), not a text'],
    ],
    [
      "nothing where a mapping belongs",
      `${scheduled}env:\n`,
      ['4:5 "env" must be a mapping (key: value), not empty'],
    ],
    [
      "the same item twice",
      `${scheduled}tags: [a, b, a]\n`,
      ['4:7 "tags" has the same item twice (items 1 and 3)'],
    ],
  ];
  for (const [what, text, expected] of cases) it(what, () => expect(told(text)).toEqual(expected));
});

describe("a file that is nothing but problems", () => {
  // Bounded in what it tells, and in work: comparing every error with every other one took nine minutes.
  const lines = (line: (index: number) => string, count: number) =>
    Array.from({ length: count }, (_, index) => line(index)).join("");
  const cases: readonly (readonly [what: string, text: string])[] = [
    ["of keys", `${scheduled}${lines((index) => `k${index}: 1\n`, 15_000)}`],
    ["of steps", `type: runbook\nsteps:\n${lines(() => "- {a: 1}\n", 6_000)}`],
    ["of choices", `${scheduled}env:\n${lines((index) => `  A${index}: [{}]\n`, 6_000)}`],
    ["of items", `${scheduled}notify: { on: [${"recovery,".repeat(15_000)}], action: a }\n`],
  ];
  for (const [what, text] of cases)
    it(what, () => {
      const { issues } = parse(text);
      expect(issues.length).toBeGreaterThan(0);
      expect(issues.length).toBeLessThanOrEqual(101);
    });
  it("says how many more there are", () => {
    const { issues } = parse(`${scheduled}${lines((index) => `k${index}: 1\n`, 1000)}`);
    expect(issues.at(-1)).toMatchObject({
      code: "TOO_MANY_PROBLEMS",
      message: "900 more problems are not shown",
    });
  });
});
