import { describe, expect, it } from "vitest";
import { objectTypes } from "../../../src/core/access/grant.ts";
import { fromMilliseconds } from "../../../src/core/time.ts";
import { validateRepository } from "../../../src/sync/validate/validate-repository.ts";
import { realtime, runbook, scheduled } from "../../core/action/documents.ts";
import { memoryTree } from "./memory-tree.ts";

const validate = async (
  files: Parameters<typeof memoryTree>[0],
  options: { offline?: boolean; environment?: string; now?: number } = {},
) => {
  const { issues } = await validateRepository(memoryTree(files), {
    environment: undefined,
    env: process.env,
    ...options,
  });
  return issues.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);
};
const main = "def main():\n    pass\n";

describe("values that an action writes for its parameters", () => {
  const told = async (rest: string) =>
    (await validate({ "actions/a/action.yaml": `${runbook}${rest}` })).map((text) =>
      text.replace("actions/a/action.yaml:", ""),
    );

  it("a default of another type, outside of its choices, or of another form", async () => {
    expect(
      await told(
        [
          "parameters:",
          "  a: { type: integer, default: x }",
          "  b: { enum: [x, y], default: z }",
          "  c: { type: string, format: uri, default: not an address }",
          "  d: { type: array, items: { type: string }, default: [a, 1] }",
          '  e: { type: string, pattern: "^[a-z]+$", default: nginx, secret: true, optional: true }',
          "",
        ].join("\n"),
      ),
    ).toEqual([
      "6:32 PARAMETER_VALUE",
      "7:31 PARAMETER_VALUE",
      "8:44 PARAMETER_VALUE",
      "9:55 PARAMETER_VALUE",
    ]);
  });

  it("what a schedule gives; a template is known when it runs", async () => {
    expect(
      await told(
        'mode: scheduled\nparameters: { n: { type: integer }, s: { type: integer } }\nschedule: { cron: "0 6 * * *", parameters: { n: many, s: "${{ run.attempt }}" } }\n',
      ),
    ).toEqual(["7:49 PARAMETER_VALUE"]);
  });

  it("a pattern that backtracks elsewhere takes no time here", async () => {
    const trap = `parameters: { a: { type: string, pattern: "^(a+)+$", default: ${"a".repeat(40)}! } }\n`;
    expect(await told(trap)).toEqual(["5:63 PARAMETER_VALUE"]);
  });
});

describe("actions that start one another", () => {
  const on = (name: string) => `events: [{ run: ${name}, state: failed }]\n`;
  const triggered = (rest: string) => `${runbook}mode: triggered\n${rest}`;

  it("by the ends of their runs", async () => {
    expect(
      await validate({
        "actions/a/action.yaml": triggered(on("b")),
        "actions/b/action.yaml": triggered(on("a")),
        "actions/c/action.yaml": triggered(on("a")),
      }),
    ).toEqual(["actions/a/action.yaml:6:17 ACTION_CIRCLE", "actions/b/action.yaml:6:17 ACTION_CIRCLE"]);
  });

  it("itself", async () => {
    expect(await validate({ "actions/a/action.yaml": triggered(on("a")) })).toEqual([
      "actions/a/action.yaml:6:17 ACTION_CIRCLE",
    ]);
  });

  it("by telling of failures", async () => {
    expect(
      await validate({
        "actions/a/action.yaml": `${runbook}notify: [{ on: [failure], action: b }]\n`,
        "actions/b/action.yaml": `${runbook}notify: [{ on: [failure], action: a }]\n`,
      }),
    ).toEqual(["actions/a/action.yaml:5:35 ACTION_CIRCLE", "actions/b/action.yaml:5:35 ACTION_CIRCLE"]);
  });
});

describe("providers", () => {
  const step = (provider: string) =>
    `type: runbook\nsteps:\n  - { name: a, run: b, provider: ${provider} }\n`;

  it("named by a template are known when the step runs", async () => {
    const manifest = `${step('"${{ parameters.host }}"')}parameters: { host: {} }\n`;
    expect(await validate({ "actions/a/action.yaml": manifest })).toEqual([]);
  });

  it("are not missed while rota.yaml has errors", async () => {
    expect(
      await validate({
        "rota.yaml": "providers: { web: { kind: shh } }\n",
        "actions/a/action.yaml": step("web"),
      }),
    ).toEqual(["rota.yaml:1:27 VALUE_INVALID"]);
  });

  it("do what their kind can: programs run at machines, python only at this one, requests at an API", async () => {
    const project = `providers:
  here: { kind: host, user: ops }
  web: { kind: ssh, host: web, user: ops, key: { secret: web_key }, hostKey: ssh-ed25519 ${"A".repeat(68)} }
  api: { kind: http, baseUrl: "https://api.example.com" }
`;
    const programs = { run: "run: uptime", python: "python: a.py", http: 'http: { url: "/health" }' };
    const refused = [];
    for (const provider of ["local", "here", "web", "api"])
      for (const [kind, program] of Object.entries(programs)) {
        const manifest = `type: runbook\nsteps:\n  - { name: a, ${program}, provider: ${provider} }\n`;
        const files = {
          "rota.yaml": project,
          "actions/a/action.yaml": manifest,
          "actions/a/a.py": "def main(data, logger):\n    pass\n",
        };
        for (const issue of await validate(files)) refused.push(`${kind} at ${provider}: ${issue}`);
      }
    const where = (column: number) => `actions/a/action.yaml:3:${column} PROVIDER_MISMATCH`;
    expect(refused).toEqual([
      `http at local: ${where(52)}`,
      `http at here: ${where(52)}`,
      `python at web: ${where(40)}`,
      `http at web: ${where(52)}`,
      `run at api: ${where(39)}`,
      `python at api: ${where(40)}`,
    ]);
  });

  it("whose names every object has are not there", async () => {
    expect(await validate({ "actions/a/action.yaml": step("constructor") })).toEqual([
      "actions/a/action.yaml:3:34 UNKNOWN_PROVIDER",
    ]);
  });
});

describe("scripts of steps", () => {
  it("are looked into as main.py is", async () => {
    expect(
      await validate({
        "actions/a/action.yaml": "type: runbook\nsteps:\n  - { name: a, python: report.py }\n",
        "actions/a/report.py": main,
        "actions/a/other.py": "not python at all",
      }),
    ).toEqual(["actions/a/report.py:1:1 MAIN_ARGUMENTS"]);
  });
});

describe("overlays of every environment", () => {
  const files = {
    "rota.yaml": [
      "environments:",
      "  staging: { server: http://localhost:5090 }",
      "  production: { server: https://rota.example.com, overlay: environments/production.yaml }",
      "  spare: { server: https://spare.example.com, overlay: environments/production.yaml }",
      "  gone: { server: https://gone.example.com, overlay: environments/gone.yaml }",
      "",
    ].join("\n"),
    "actions/a/action.yaml": scheduled,
    "actions/a/main.py": main,
    "actions/b/action.yaml": realtime,
    "environments/production.yaml": [
      "actions:",
      "  a: { schedule: { cron: 0 0 30 2 * }, env: { API_TOKEN: abcdefgh } }",
      "  b: { schedule: { once: true } }",
      "  c: { enabled: false }",
      "",
    ].join("\n"),
  };

  it("are looked at when no environment is asked for, each problem told once", async () => {
    const world = { ...files, "actions/b/main.py": "def main(data, logger): return data\n" };
    expect(await validate(world, { offline: true })).toEqual([
      "actions/a/action.yaml:2:17 ACCOUNT_UNDECLARED",
      "environments/production.yaml:2:26 CRON_NEVER_FIRES",
      "environments/production.yaml:2:58 PLAIN_SECRET",
      "environments/production.yaml:3:8 FIELD_NOT_FOR_TYPE",
      "environments/production.yaml:4:3 UNKNOWN_ACTION",
      "rota.yaml:5:54 OVERLAY_MISSING",
    ]);
  });

  it("do not keep a plan of another environment from being made", async () => {
    const world = { ...files, "actions/b/main.py": "def main(data, logger): return data\n" };
    expect(await validate(world)).toEqual([]);
    expect(await validate(world, { environment: "staging" })).toEqual([]);
  });
});

describe("the clock", () => {
  it("warns of a time that has passed", async () => {
    const world = {
      "actions/a/action.yaml":
        "type: scheduled\nserviceAccount: a@b.c\nschedule: { at: 2026-01-01T00:00:00Z }\n",
      "actions/a/main.py": main,
    };
    expect(await validate(world)).toEqual([]);
    expect(await validate(world, { now: fromMilliseconds(Date.UTC(2027, 0)) })).toEqual([
      "actions/a/action.yaml:3:17 INSTANT_PAST",
    ]);
  });
});

describe("rota.yaml", () => {
  const cases: readonly (readonly [what: string, text: string, expected: string])[] = [
    [
      "an alert's condition that cannot be read",
      'alerts: { Down: { receiver: main, match: "alert.name ==" } }\n',
      "1:56 EXPRESSION_INVALID",
    ],
    [
      "a header in plain text",
      "providers: { api: { kind: http, baseUrl: https://a.example.com, headers: { Authorization: Bearer x } } }\n",
      "1:91 PLAIN_SECRET",
    ],
    [
      "a query in an address",
      "environments: { a: { server: https://a.example.com/?x=1 } }\n",
      "1:30 ADDRESS_INVALID",
    ],
    [
      "a provider called local",
      "providers: { local: { kind: host, user: ops } }\n",
      "1:14 PROVIDER_RESERVED",
    ],
    [
      "jump hosts in a circle",
      `providers:\n${["a", "b"].map((name) => `  ${name}: { kind: ssh, host: h, user: u, key: { secret: k }, hostKey: "ssh-ed25519 ${"A".repeat(68)}", jump: ${name === "a" ? "b" : "a"} }\n`).join("")}`,
      "2:156 JUMP_CIRCLE",
    ],
  ];
  for (const [what, text, expected] of cases)
    it(what, async () => expect((await validate({ "rota.yaml": text }))[0]).toBe(`rota.yaml:${expected}`));
});

describe("service accounts", () => {
  const warnings = async (rota: string, ...emails: readonly string[]) => {
    const manifests = emails.map((email, index) => [
      [`actions/a${index}/action.yaml`, realtime.replace("a@example.com", email)],
      [`actions/a${index}/main.py`, "def main(data, logger):\n    return data\n"],
    ]);
    const files = { "rota.yaml": rota, ...Object.fromEntries(manifests.flat()) };
    const look = { environment: undefined, env: process.env };
    const { issues } = await validateRepository(memoryTree(files), { ...look, offline: true });
    // A plan sees the server, and says it there.
    expect((await validateRepository(memoryTree(files), look)).issues).toEqual([]);
    return issues.map(
      ({ file, line, column, code, severity, hint }) =>
        `${file}:${line}:${column} ${severity} ${code} ${hint}`,
    );
  };
  const lines = (email: string) =>
    `in rota.yaml: serviceAccounts: { ${email}: { permissions: [{ object: "action_scripts:_all_acme", permission: AllowGet }] } }`;

  it("that rota.yaml does not declare are a warning, each told once with the lines to add", async () => {
    expect(
      await warnings(
        "organization: acme\nserviceAccounts: { Known@example.com: {} }\n",
        "known@example.com",
        "b@example.com",
        "B@example.com",
        "knwon@example.com",
      ),
    ).toEqual([
      `actions/a1/action.yaml:2:17 warning ACCOUNT_UNDECLARED ${lines("b@example.com")}`,
      `actions/a3/action.yaml:2:17 warning ACCOUNT_UNDECLARED did you mean Known@example.com? If not, ${lines("knwon@example.com")}`,
    ]);
  });

  it("are not missed while rota.yaml has errors", async () => {
    const tree = memoryTree({ "rota.yaml": "scope: 1\n", "actions/a/action.yaml": runbook });
    const options = { environment: undefined, env: process.env, offline: true };
    const { issues } = await validateRepository(tree, options);
    expect(issues.map(({ code }) => code)).not.toContain("ACCOUNT_UNDECLARED");
  });
});

describe("permissions of rota.yaml", () => {
  const told = async (object: string, rest = "") => {
    const rota = `serviceAccounts:\n  a@b.c: { permissions: [{ object: "${object}", permission: AllowGet }] }\n${rest}`;
    const { issues } = await validateRepository(memoryTree({ "rota.yaml": rota }), {
      environment: undefined,
      env: process.env,
    });
    return issues.map(({ line, column, code, severity, hint }) => [line, column, severity, code, hint]);
  };

  it("on a kind of objects that no Rota server asks about are a warning", async () => {
    expect(await told("action_scripts:_all_default")).toEqual([]);
    expect(await told("actions_script:_all_default")).toEqual([
      [2, 36, "warning", "PERMISSION_UNKNOWN", 'did you mean "action_scripts"?'],
    ]);
    expect(await told("dashboard:_all_default")).toEqual([
      [
        2,
        36,
        "warning",
        "PERMISSION_UNKNOWN",
        `the kinds are ${objectTypes.map(({ type }) => type).join(", ")}`,
      ],
    ]);
  });

  it("may mean something where an environment is OpenObserve", async () => {
    const observe = "environments: { observe: { server: https://a.b, kind: openobserve } }\n";
    expect(await told("dashboard:_all_default", observe)).toEqual([]);
  });
});
