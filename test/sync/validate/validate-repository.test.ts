import { describe, expect, it } from "vitest";
import { renderIssues } from "../../../src/core/action/render/render-issues.ts";
import { validateRepository } from "../../../src/sync/validate/validate-repository.ts";
import { realtime, runbook, scheduled } from "../../core/action/documents.ts";
import { memoryTree } from "./memory-tree.ts";

const validate = async (files: Parameters<typeof memoryTree>[0], environment?: string) => {
  const { issues, members, project } = await validateRepository(memoryTree(files), {
    environment,
    env: process.env,
  });
  const told = issues.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);
  return { issues, told, members, project };
};
const main = "def main():\n    pass\n";
const transform = "def main(data, logger):\n    return data\n";

describe("a whole repository", () => {
  it("is valid with nothing in it, and with one action of each type", async () => {
    expect((await validate({})).told).toEqual([]);
    const { told, members } = await validate({
      "actions/a/action.yaml": scheduled,
      "actions/a/main.py": main,
      "actions/b/action.yaml": realtime,
      "actions/b/main.py": transform,
      "actions/c/action.yaml": runbook,
      "actions/README.md": "# not an action",
      "rota.yaml": "scope: team\n",
    });
    expect(told).toEqual([]);
    expect(members.map(({ action }) => action?.name)).toEqual(["a", "b", "c"]);
  });

  it("tells all problems of all files at once, sorted", async () => {
    const { told } = await validate({
      "actions/b/action.yaml": `${scheduled}tiemout: 5m\n`,
      "actions/b/main.py": "async def main(): pass\n",
      "actions/a/action.yaml": scheduled,
      "actions/a/main.py": "def main(data):\n    pass\n",
      "actions/c/main.py": main,
      "rota.yaml": "scop: team\n",
    });
    expect(told).toEqual([
      "actions/a/main.py:1:1 MAIN_ARGUMENTS",
      "actions/b/action.yaml:4:1 UNKNOWN_KEY",
      "actions/b/main.py:1:1 MAIN_ASYNC",
      "actions/c/action.yaml:1:1 MANIFEST_MISSING",
      "rota.yaml:1:1 UNKNOWN_KEY",
    ]);
  });

  it("refuses links out of the folder by name", async () => {
    const { told } = await validate({
      "actions/a/action.yaml": scheduled,
      "actions/a/main.py": main,
      "actions/a/secrets": { mode: "symlink", text: "/etc/passwd" },
    });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("actions/a/secrets:1:1");
  });
});

describe("Python entry points", () => {
  const check = async (type: "scheduled" | "realtime", python: string) => {
    const { told } = await validate({
      "actions/a/action.yaml": type === "scheduled" ? scheduled : realtime,
      "actions/a/main.py": python,
    });
    return told;
  };
  const cases: readonly (readonly [
    what: string,
    type: "scheduled" | "realtime",
    python: string,
    expected: readonly string[],
  ])[] = [
    ["main with defaults", "scheduled", "def main(a=1, *rest, b=2, **more): pass\n", []],
    [
      "main under a condition",
      "scheduled",
      "import os\nif os.name == 'nt':\n    def main(): pass\nelse:\n    def main(): pass\n",
      [],
    ],
    ["an imported main", "scheduled", "from other import main\n", []],
    ["an assigned main", "realtime", "main = lambda data, logger: data\n", []],
    ["a decorated main", "realtime", "@wrap\ndef main(x): pass\n", []],
    ["any arguments", "realtime", "def main(*args): pass\n", []],
    ["names of one's own", "realtime", "def main(rows, log, extra=None): pass\n", []],
    ["nothing", "scheduled", "", ["1:1 MAIN_MISSING"]],
    ["main in a class", "scheduled", "class A:\n    def main(self): pass\n", ["2:5 MAIN_MISSING"]],
    ["required arguments", "scheduled", "x = 1\ndef main(data): pass\n", ["2:1 MAIN_ARGUMENTS"]],
    ["a required keyword", "scheduled", "def main(*, a): pass\n", ["1:1 MAIN_ARGUMENTS"]],
    ["too few arguments", "realtime", "def main(data): pass\n", ["1:1 MAIN_ARGUMENTS"]],
    ["too many arguments", "realtime", "def main(a, b, c): pass\n", ["1:1 MAIN_ARGUMENTS"]],
    ["async", "scheduled", "async def main(): pass\n", ["1:1 MAIN_ASYNC"]],
    ["what is not Python", "scheduled", "def main():\n    return (\n", ["2:12 PYTHON_SYNTAX"]],
    ["the last main counts", "scheduled", "def main(a): pass\ndef main(): pass\n", []],
  ];
  for (const [what, type, python, expected] of cases)
    it(`${type}: ${what}`, async () => {
      expect(await check(type, python)).toEqual(expected.map((place) => `actions/a/main.py:${place}`));
    });

  it("never runs them", async () => {
    expect(await check("scheduled", "raise SystemExit('executed')\ndef main(): pass\n")).toEqual([]);
  });

  it("says where main.py is missing", async () => {
    expect((await validate({ "actions/a/action.yaml": realtime })).told).toEqual([
      "actions/a/action.yaml:1:7 MAIN_MISSING",
    ]);
  });

  it("without Python: one warning, and everything else is checked", async () => {
    const tree = memoryTree({
      "actions/a/action.yaml": scheduled,
      "actions/a/main.py": "def main(",
      "actions/b/action.yaml": "type: x\n",
    });
    const { issues } = await validateRepository(tree, { environment: undefined, env: { PATH: "/nowhere" } });
    expect(issues.map(({ code, severity }) => [code, severity])).toEqual([
      ["PYTHON_UNCHECKED", "warning"],
      ["UNKNOWN_VALUE", "error"],
    ]);
  });
});

describe("between actions", () => {
  it("names are unique whatever their case", async () => {
    const { told } = await validate({
      "actions/a/action.yaml": `${runbook}name: Clean\n`,
      "actions/b/action.yaml": `${runbook}name: clean\n`,
    });
    expect(told).toEqual(["actions/b/action.yaml:5:7 NAME_TWICE"]);
  });

  it("providers, actions and files that steps name must exist", async () => {
    const { issues, told } = await validate({
      "rota.yaml":
        "providers:\n  web-1: { kind: host, user: ops }\n  api: { kind: http, baseUrl: https://api.example.com }\n",
      "actions/a/action.yaml": [
        "type: runbook",
        "steps:",
        "  - { name: One, provider: web1, run: uptime }",
        "  - { name: Two, provider: api, run: uptime }",
        "  - { name: Three, python: reprot.py }",
        "  - { name: Four, action: other }",
        "",
      ].join("\n"),
      "actions/a/report.py": transform,
    });
    expect(told).toEqual([
      "actions/a/action.yaml:3:28 UNKNOWN_PROVIDER",
      "actions/a/action.yaml:4:28 PROVIDER_MISMATCH",
      "actions/a/action.yaml:5:28 FILE_MISSING",
      "actions/a/action.yaml:6:27 UNKNOWN_ACTION",
    ]);
    expect(issues.map(({ hint }) => hint)).toEqual([
      'did you mean "web-1"?',
      '"run" runs at local, or at a provider of kind host or ssh',
      'did you mean "report.py"?',
      undefined,
    ]);
  });

  it("steps that start each other in a circle are refused", async () => {
    const starts = (name: string) => `type: runbook\nsteps:\n  - { name: Go, action: ${name} }\n`;
    const { told } = await validate({
      "actions/a/action.yaml": starts("b"),
      "actions/b/action.yaml": starts("c"),
      "actions/c/action.yaml": starts("b"),
    });
    expect(told).toEqual([
      "actions/b/action.yaml:3:25 ACTION_CIRCLE",
      "actions/c/action.yaml:3:25 ACTION_CIRCLE",
    ]);
  });
});

describe("secrets in plain text", () => {
  it("are found by what they look like, without being shown", async () => {
    const key = ["AKIA", "Q3EXMPLE7XYZABCD"].join("");
    const token = ["ghp_", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("");
    const { issues, told } = await validate({
      "actions/a/action.yaml": `${realtime}env:\n  PLACE: ${token}\n  WORD: an-ordinary-text-1\n`,
      "actions/a/main.py": transform,
    });
    expect(told).toEqual(["actions/a/action.yaml:4:10 PLAIN_SECRET"]);
    expect(issues[0]?.message).not.toContain(token);
    expect(issues[0]?.message).not.toContain(key);
  });
});

describe("overlays", () => {
  const files = {
    "rota.yaml":
      "environments:\n  production: { server: https://rota.example.com, overlay: environments/production.yaml }\n",
    "actions/a/action.yaml": `${scheduled}env: { A: x, B: y }\n`,
    "actions/a/main.py": main,
  };
  it("change what they name, in their environment alone", async () => {
    const overlay =
      "actions:\n  a:\n    enabled: false\n    env: { B: z }\n    schedule: { frequency: daily, time: '07:10' }\n";
    const world = { ...files, "environments/production.yaml": overlay };
    const plain = (await validate(world)).members[0]?.action;
    const { told, members } = await validate(world, "production");
    expect(told).toEqual([]);
    expect(plain?.env).toEqual({ A: "x", B: "y" });
    expect(members[0]?.action).toEqual({
      ...plain,
      enabled: false,
      env: { A: "x", B: "z" },
      schedule: {
        ...plain?.schedule,
        timing: { kind: "calendar", frequency: "daily", time: "07:10", days: [], dayOfMonth: undefined },
      },
    });
  });

  it("are blamed for what they break, at their own line", async () => {
    const overlay = 'actions:\n  a:\n    schedule: { cron: "0 0 31 2 *" }\n  b:\n    enabled: false\n';
    const { told } = await validate({ ...files, "environments/production.yaml": overlay }, "production");
    expect(told).toEqual([
      "environments/production.yaml:3:23 CRON_NEVER_FIRES",
      "environments/production.yaml:4:3 UNKNOWN_ACTION",
    ]);
  });

  it("must be there", async () => {
    expect((await validate(files, "production")).told).toEqual(["rota.yaml:2:60 OVERLAY_MISSING"]);
  });
});

describe("rota.yaml", () => {
  const cases: readonly (readonly [what: string, text: string, expected: string])[] = [
    ["a token", "environments:\n  a: { server: https://x.example.com, token: abc }\n", "2:39 UNKNOWN_KEY"],
    [
      "a login in an address",
      "environments:\n  a: { server: https://a:b@x.example.com }\n",
      "2:16 PLAIN_SECRET",
    ],
    [
      "prune without scope",
      "environments:\n  a: { server: https://x.example.com, prune: true }\n",
      "2:39 PRUNE_WITHOUT_SCOPE",
    ],
    [
      "an unknown permission",
      "serviceAccounts:\n  a@b.c: { permissions: [{ object: 'x:y', permission: AllowEat }] }\n",
      "2:55 UNKNOWN_VALUE",
    ],
  ];
  for (const [what, text, expected] of cases)
    it(what, async () =>
      expect((await validate({ "rota.yaml": text })).told).toEqual([`rota.yaml:${expected}`]),
    );
});

describe("how it is told", () => {
  const found = async () =>
    (
      await validate({
        "actions/a/action.yaml": `${scheduled}tiemout: "\u{1f680} 5m"\n`,
        "actions/a/main.py": main,
      })
    ).issues;

  it("as text, with the line, a caret and a hint", async () => {
    expect(renderIssues(await found(), "text")).toBe(
      [
        'actions/a/action.yaml:4:1  UNKNOWN_KEY  unknown key "tiemout"',
        '    4 | tiemout: "\u{1f680} 5m"',
        "      | ^^^^^^^",
        '        did you mean "timeout"?',
        "1 error in 1 file",
        "",
      ].join("\n"),
    );
  });

  it("as annotations: escaped, the worst first, never more than GitHub shows", async () => {
    const [issue] = await found();
    const many = Array.from({ length: 15 }, (_, index) => ({
      ...issue!,
      line: index + 1,
      severity: index === 14 ? ("error" as const) : ("warning" as const),
      message: "50%\n::error::x",
    }));
    const lines = renderIssues(many, "github").trimEnd().split("\n");
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe(
      '::error file=actions/a/action.yaml,line=15,col=1,endColumn=8,title=UNKNOWN_KEY::50%25%0A::error::x%0Adid you mean "timeout"?',
    );
    expect(lines[9]).toContain("6 more problems");
  });

  it("as JSON", async () => {
    const { issues, ...counts } = JSON.parse(renderIssues(await found(), "json"));
    expect(counts).toEqual({ formatVersion: 1, errors: 1, warnings: 0 });
    expect(issues[0]).toEqual({
      code: "UNKNOWN_KEY",
      severity: "error",
      message: 'unknown key "tiemout"',
      file: "actions/a/action.yaml",
      line: 4,
      column: 1,
      end_column: 8,
      source: 'tiemout: "\u{1f680} 5m"',
      hint: 'did you mean "timeout"?',
    });
  });

  it("no text of a file drives the terminal", () => {
    const text = renderIssues(
      [
        {
          code: "X",
          severity: "error",
          message: "\x1b]0;title\x07",
          file: "a\x1b[2J",
          line: 1,
          column: 1,
          source: "\x1b[31mred",
          hint: undefined,
        },
      ],
      "text",
    );
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  });
});
