import { describe, expect, it } from "vitest";
import { parseAction } from "../../../src/core/action/parse-action.ts";
import { readAction } from "../../../src/core/action/read-action.ts";
import { fromMilliseconds } from "../../../src/core/time.ts";
import { parse, places, realtime, runbook, scheduled } from "./documents.ts";

const found = (text: string) => places(parse(text).issues);
const cases = (list: readonly (readonly [what: string, text: string, expected: readonly string[]])[]) => {
  for (const [what, text, expected] of list) it(what, () => expect(found(text)).toEqual(expected));
};

describe("parameters of what starts runs by itself", () => {
  const nightly = (rest: string) => `${runbook}mode: scheduled\n${rest}`;
  cases([
    [
      "a required one that the schedule does not give",
      nightly('parameters: { a: { type: string } }\nschedule: { cron: "0 6 * * *" }\n'),
      ["7:1 PARAMETER_MISSING"],
    ],
    [
      "given, with a default, or optional",
      nightly(
        'parameters: { a: {}, b: { default: 1 }, c: { optional: true } }\nschedule: { cron: "0 6 * * *", parameters: { a: 1 } }\n',
      ),
      [],
    ],
    [
      "one that is not declared",
      nightly(
        'parameters: { name: { default: x } }\nschedule: { cron: "0 6 * * *", parameters: { nmae: x } }\n',
      ),
      ["7:46 UNKNOWN_PARAMETER"],
    ],
    [
      "of an alert",
      `${runbook}mode: triggered\nparameters: { host: {} }\nalerts:\n  - match: "true"\n  - { match: "true", parameters: { hosts: x } }\n`,
      ["8:5 PARAMETER_MISSING", "9:36 UNKNOWN_PARAMETER", "9:7 PARAMETER_MISSING"],
    ],
    [
      "of an event",
      `${runbook}mode: triggered\nevents: [{ run: other, state: failed, parameters: { a: 1 } }]\n`,
      ["6:53 UNKNOWN_PARAMETER"],
    ],
    ["none of a scheduled action's", `${scheduled}alerts: [{ match: "true" }]\n`, []],
  ]);
});

describe("what starts a scheduled action", () => {
  cases([
    ["an alert is enough", 'type: scheduled\nserviceAccount: a@b.c\nalerts: [{ match: "true" }]\n', []],
    ["nothing", "type: scheduled\nserviceAccount: a@b.c\nalerts: []\n", ["1:7 SCHEDULE_MISSING"]],
  ]);

  it("a time that has passed is a warning, where there is a clock", () => {
    const text = "type: scheduled\nserviceAccount: a@b.c\nschedule: { at: 2026-01-01T00:00:00Z }\n";
    const at = (now: string | undefined) =>
      parseAction({
        bytes: Buffer.from(text),
        file: "a",
        name: "a",
        ...(now && { now: fromMilliseconds(Date.parse(now)) }),
      });
    expect(at(undefined).issues).toEqual([]);
    expect(at("2025-12-31T23:59:59Z").issues).toEqual([]);
    const late = at("2026-01-01T00:00:01Z");
    expect(late.issues.map(({ code, severity }) => [code, severity])).toEqual([["INSTANT_PAST", "warning"]]);
    expect(late.action).toBeDefined();
  });
});

describe("text that cannot be seen, written as an escape", () => {
  cases([
    ["in a description", `${realtime}description: "a\\u0007"\n`, ["3:14 CONTROL_CHARACTER"]],
    ["that reverses direction", `${realtime}owner: "a\\u202eb"\n`, ["3:8 CONTROL_CHARACTER"]],
    ["half a character", `${realtime}category: "\\ud800"\n`, ["3:11 CONTROL_CHARACTER"]],
    ["in a key", `${runbook}parameters: { a: { default: { "\\u001b": 1 } } }\n`, ["5:31 CONTROL_CHARACTER"]],
    ["NUL in a variable", `${realtime}env: { A: "\\0" }\n`, ["3:11 CONTROL_CHARACTER"]],
    ["an escape in a variable is the action's own affair", `${realtime}env: { A: "\\e[0m" }\n`, []],
    ["line ends and tabs are text", `${realtime}description: "a\\r\\n\\tb"\n`, []],
    [
      "a line that claims an owner",
      `${realtime}description: "a\\nmanaged-by: rota/x"\n`,
      ["3:14 DESCRIPTION_RESERVED"],
    ],
  ]);

  it("in JSON, with a poisoned key", () => {
    const value = JSON.parse(
      '{"type":"realtime","serviceAccount":"a@b.c","parameters":{"a":{"default":{"__proto__":{"x":1}}}}}',
    );
    const read = readAction(value, "a");
    expect(read.ok ? [] : read.issues.map(({ code }) => code)).toEqual(["KEY_RESERVED"]);
  });
});

describe("notifications", () => {
  const notify = (rest: string) => `${realtime}notify: { on: [failure], ${rest} }\n`;
  cases([
    ["mail", notify("email: [ops@example.com]"), []],
    [
      "mail to nobody, and to what is no address",
      notify('email: ["a@b\\r\\nBcc: x"]'),
      ["3:34 EMAIL_INVALID"],
    ],
    ["signed, and shaped for Slack", notify("url: { secret: hook }, format: slack"), []],
    [
      "Slack checks no signature",
      notify("url: { secret: a }, format: slack, signature: { secret: k }"),
      ["3:61 NOTIFY_FORM"],
    ],
    ["the form of no address", notify("action: a, format: json"), ["3:37 NOTIFY_FORM"]],
    ["two targets", notify("action: a, email: [a@b.c]"), ["3:1 NOTIFY_FORM"]],
    ["an address with a login", notify("url: https://a:b@example.com/"), ["3:31 NOTIFY_URL"]],
  ]);
});

describe("limits", () => {
  cases([
    ["too little memory", `${realtime}resources: { memory: 1Mi }\n`, ["3:22 RESOURCE_OUT_OF_BOUNDS"]],
    ["too much output", `${realtime}resources: { output: 2Gi }\n`, ["3:22 RESOURCE_OUT_OF_BOUNDS"]],
    ["a delay of years", `${realtime}retries: { limit: 1, delay: 900d }\n`, ["3:29 DURATION_OUT_OF_BOUNDS"]],
    [
      "a step's timeout of weeks",
      `type: runbook\nsteps:\n  - { name: a, run: b, timeout: 30d }\n`,
      ["3:33 TIMEOUT_OUT_OF_BOUNDS"],
    ],
    [
      "more votes than voters",
      `${realtime}approval: { approvers: [a@b.c], quorum: 2 }\n`,
      ["3:41 QUORUM_TOO_LARGE"],
    ],
    ["votes of a role", `${realtime}approval: { approvers: ["role:sre"], quorum: 2 }\n`, []],
    [
      "a pattern deep in a schema",
      `${runbook}parameters: { a: { type: array, items: { pattern: "[" } } }\n`,
      ["5:51 PATTERN_INVALID"],
    ],
    [
      "a pattern that cannot be matched in linear time",
      `${runbook}parameters: { a: { type: string, pattern: "^(?=a)a$" } }\n`,
      ["5:43 PATTERN_INVALID"],
    ],
  ]);
});

describe("secrets by their names", () => {
  cases([
    ["a token", `${realtime}env: { API_TOKEN: abcdef }\n`, ["3:19 PLAIN_SECRET"]],
    [
      "of a step",
      "type: runbook\nsteps:\n  - { name: a, run: b, env: { DB_PASSWORD: hunter22 } }\n",
      ["3:44 PLAIN_SECRET"],
    ],
    ["a path to one", `${realtime}env: { TOKEN: /run/secrets/token }\n`, []],
    ["a reference", `${realtime}env: { TOKEN: { secret: token } }\n`, []],
  ]);

  it("may come over the wire, where clients have no other way", () => {
    expect(readAction({ type: "realtime", serviceAccount: "a@b.c", env: { TOKEN: "abcdef" } }, "a").ok).toBe(
      true,
    );
  });
});

describe("${{ }}", () => {
  cases([
    [
      "in a provider",
      'type: runbook\nsteps:\n  - { name: a, run: b, provider: "${{ parameters. }}" }\n',
      ["3:51 EXPRESSION_INVALID"],
    ],
    [
      "of a Python action stays text, with a warning",
      `${realtime}env: { A: "\${{ x" }\n`,
      ["3:11 TEMPLATE_NOT_EVALUATED"],
    ],
  ]);
});

describe("what expressions take", () => {
  const two = (rest: string) =>
    `type: runbook\nparameters: { service: {} }\nsteps:\n  - { name: Look, id: look, run: a }\n  - { name: Act, id: act, run: b, ${rest} }\n`;
  cases([
    ["a declared parameter", two('env: { A: "${{ parameters.service }}" }'), []],
    [
      "of a parameter that is not",
      two('env: { A: "x ${{ parameters.servce }}" }'),
      ["5:52 UNKNOWN_PARAMETER"],
    ],
    ["by an index", two("if: \"parameters['servce'] == 'a'\""), ["5:40 UNKNOWN_PARAMETER"]],
    [
      "inside has() and deep in a value",
      two('http: { url: "https://a.b", body: [{ c: "${{ has(parameters.a) }}" }] }').replace("run: b, ", ""),
      ["5:76 UNKNOWN_PARAMETER"],
    ],
    ["in a condition of the action", `${realtime}when: parameters.a == 1\n`, ["3:7 UNKNOWN_PARAMETER"]],
    ["an earlier step", two("if: steps.look.outputs.a == 'b'"), []],
    ["a step that is not there", two("if: steps.lok.outputs.a == 'b'"), ["5:39 UNKNOWN_STEP"]],
    ["the step itself", two("if: steps.act.outputs.a == 'b'"), ["5:39 UNKNOWN_STEP"]],
    [
      "a later step",
      "type: runbook\nsteps:\n  - { name: a, run: a, if: steps.b.outputs.c }\n  - { name: b, run: b }\n",
      ["3:28 UNKNOWN_STEP"],
    ],
    [
      "an id made of a name",
      "type: runbook\nsteps:\n  - { name: Look at it, run: a }\n  - { name: b, run: b, if: steps.look_at_it.outputs.c }\n",
      [],
    ],
    [
      "a variable of the same name",
      two("if: \"[{'x': 1}].exists(parameters, parameters.x == parameters.y)\""),
      [],
    ],
    ["what is computed is known when it runs", two("if: \"parameters[steps.look.outputs.key] == 'a'\""), []],
  ]);

  it("with what was probably meant, or what there is", () => {
    const hints = (text: string) => parse(text).issues.map(({ message, hint }) => `${message}; ${hint}`);
    expect(hints(two("if: parameters.servce == steps.lok.outputs.a"))).toEqual([
      'this action declares no parameter "servce"; did you mean "service"?',
      'there is no step "lok"; did you mean "look"?',
    ]);
    expect(hints(two("if: alway"))).toEqual([expect.stringMatching(/; did you mean "always"\?$/)]);
    expect(hints(two("if: steps.other.outputs.a || steps.act.outputs.b"))).toEqual([
      'there is no step "other"; the steps above this one are look',
      'the step "act" has not run when this is evaluated; only steps above this one have outputs here',
    ]);
  });
});

describe("one meaning, one spelling", () => {
  const same: readonly (readonly [what: string, a: string, b: string])[] = [
    ["nicknames and blanks of cron", 'schedule: { cron: "@daily" }', 'schedule: { cron: " 0  0 * * * " }'],
    ["names in cron", 'schedule: { cron: "0 0 * * mon" }', 'schedule: { cron: "0 0 * * MON" }'],
    [
      "the order of days",
      'schedule: { frequency: weekly, time: "07:10", days: [thu, mon] }',
      'schedule: { frequency: weekly, time: "07:10", days: [mon, thu] }',
    ],
    [
      "the order of events",
      "schedule: { once: true }\nnotify: { on: [recovery, failure], action: a }",
      "schedule: { once: true }\nnotify: [{ on: [failure, recovery], action: a }]",
    ],
    [
      "a line end after a description",
      "schedule: { once: true }\ndescription: |\n  text\n",
      "schedule: { once: true }\ndescription: text",
    ],
  ];
  for (const [what, a, b] of same)
    it(what, () => {
      const [first, second] = [a, b].map(
        (rest) => parse(`type: scheduled\nserviceAccount: a@b.c\n${rest}\n`).action,
      );
      expect(first).toBeDefined();
      expect(first).toEqual(second);
    });

  it("a step's timeout and retries are its action's where it has none", () => {
    const { action } = parse("type: runbook\ntimeout: 1h\nretries: 2\nsteps:\n  - { name: a, run: b }\n");
    expect(action?.type === "runbook" && action.steps[0]).toMatchObject({
      timeout: 3_600_000,
      retries: { limit: 2 },
    });
  });
});
