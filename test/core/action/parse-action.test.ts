import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderIssues } from "../../../src/core/action/render/render-issues.ts";
import { samples } from "../../samples.ts";
import { parse, places, realtime, runbook, scheduled } from "./documents.ts";

const issuesOf = (text: string | Uint8Array) => places(parse(text).issues);

describe("what is no manifest", () => {
  const cases: readonly (readonly [what: string, bytes: string | Uint8Array, expected: string])[] = [
    ["nothing", "", "1:1 EMPTY_FILE"],
    ["more than 256 kB", `${scheduled}description: ${"x".repeat(257 * 1024)}\n`, "1:1 FILE_TOO_LARGE"],
    ["a byte order mark", Buffer.from(`\ufeff${scheduled}`), "1:1 BYTE_ORDER_MARK"],
    ["UTF-16", Buffer.from(`\ufeff${scheduled}`, "utf16le"), "1:1 NOT_UTF8"],
    [
      "a byte that is not UTF-8",
      Buffer.concat([Buffer.from("type: x\na: "), Buffer.from([0xff])]),
      "2:4 NOT_UTF8",
    ],
    ["NUL", "type: x\nname: a\0b\n", "2:8 NUL_BYTE"],
    ["a control character", "type: x\nname: a\x07b\n", "2:8 CONTROL_CHARACTER"],
    ["text that changes direction", "description: a\u202eb\n", "1:15 CONTROL_CHARACTER"],
    ["tabs", "env:\n\tA: b\n", "2:1 TAB_INDENTATION"],
    ["a key twice", `${scheduled}type: realtime\n`, "4:1 DUPLICATE_KEY"],
    ["a merge key", "a: &a { b: c }\nd: { <<: *a }\n", "2:6 MERGE_KEY"],
    ["a custom tag", 'type: !!js/function "x"\n', "1:7 YAML_TAG"],
    ["a Python object", "type: !!python/object:os.system x\n", "1:7 YAML_TAG"],
    ["two documents", `${scheduled}---\n${scheduled}`, "4:1 MULTIPLE_DOCUMENTS"],
    ["a key that is no text", "1: a\n", "1:1 KEY_NOT_TEXT"],
    ["a poisoned key", "__proto__: { a: 1 }\n", "1:1 KEY_RESERVED"],
    ["an unknown alias", "a: *b\n", "1:4 ALIAS_UNKNOWN"],
  ];
  for (const [what, bytes, expected] of cases)
    it(`${what}: ${expected}`, () => {
      expect(issuesOf(bytes)).toEqual([expected]);
      expect(parse(bytes).action).toBeUndefined();
    });

  it("nesting deeper than the parser can bear", () => {
    expect(issuesOf(`a: ${"[".repeat(50_000)}${"]".repeat(50_000)}\n`)[0]).toContain("NESTED_TOO_DEEP");
  });

  it("nine levels of nine aliases are refused, not expanded", () => {
    const levels = "abcdefghi".split("").map((name, index) => {
      const before = "abcdefghi"[index - 1];
      const values = before === undefined ? Array(9).fill("lol") : Array(9).fill(`*${before}`);
      return `${name}: &${name} [${values.join(", ")}]`;
    });
    expect(issuesOf(levels.join("\n"))[0]).toContain("TOO_MANY_VALUES");
  });

  it("never throws, whatever the bytes", () => {
    const yamlish = fc.array(
      fc.constantFrom(
        "a",
        ":",
        " ",
        "\n",
        "  ",
        "- ",
        "&a ",
        "*a",
        "!!str ",
        "|\n",
        ">",
        '"',
        "'",
        "{",
        "}",
        "[",
        "]",
        ",",
        "#",
        "?",
        "<<",
        "\t",
        "---\n",
        "type: runbook\n",
        "\ud800",
        "é",
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          yamlish.map((parts) => Buffer.from(parts.join(""))),
        ),
        (bytes) => {
          const { action, issues } = parse(bytes);
          expect(action !== undefined || issues.length > 0).toBe(true);
          for (const issue of issues) expect(issue.line >= 1 && issue.column >= 1).toBe(true);
          renderIssues(issues, "text");
        },
      ),
      samples(300, 50_000),
    );
  });
});

describe("surprises of older YAML", () => {
  it("NO is a text, on is a key, 0o17 and 1_000 are what they say", () => {
    const { action } = parse(
      `${realtime}env: { A: NO, B: "0017" }\nalerts:\n  - match: "true"\n    on: [resolved]\n`,
    );
    expect(action?.env).toEqual({ A: "NO", B: "0017" });
    expect(action?.alerts[0]?.on).toEqual(["resolved"]);
  });
});

describe("structure", () => {
  const cases: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
    ["a mistyped key", `${scheduled}tiemout: 5m\n`, ["4:1 UNKNOWN_KEY"]],
    ["a mistyped value", "type: shceduled\n", ["1:7 UNKNOWN_VALUE"]],
    ["a number for a text", `${scheduled}description: 5\n`, ["4:14 WRONG_TYPE"]],
    ["an unquoted number in env", `${scheduled}env: { A: 1 }\n`, ["4:11 VALUE_INVALID"]],
    ["a lower-case variable", `${scheduled}env: { a: x }\n`, ["4:8 ENV_KEY_INVALID"]],
    [
      "two timings",
      'type: scheduled\nserviceAccount: a@b.c\nschedule: { cron: "* * * * *", once: true }\n',
      ["3:1 SCHEDULE_FORM"],
    ],
    ["a wrong duration", `${scheduled}timeout: 5 minutes\n`, ["4:10 DURATION_INVALID"]],
    ["a wrong part of retries", `${scheduled}retries: { limit: many }\n`, ["4:19 WRONG_TYPE"]],
    [
      "a step with two programs",
      "type: runbook\nsteps:\n  - name: A\n    run: a\n    python: b.py\n",
      ["3:5 STEP_FORM"],
    ],
    ["a name with a slash", `${scheduled}name: a/b\n`, ["4:7 NAME_INVALID"]],
    ["a name of emoji", `${scheduled}name: "🚀"\n`, ["4:7 NAME_INVALID"]],
    ["not a mapping", "- a\n", ["1:1 WRONG_TYPE"]],
  ];
  for (const [what, text, expected] of cases) it(what, () => expect(issuesOf(text)).toEqual(expected));

  it("tells all problems at once, and what is meant", () => {
    const { issues } = parse(`${scheduled}tiemout: 5m\nretrys: 3\nisolation: strict\n`);
    expect(issues.map(({ code, hint }) => [code, hint])).toEqual([
      ["UNKNOWN_KEY", 'did you mean "timeout"?'],
      ["UNKNOWN_KEY", 'did you mean "retries"?'],
      ["UNKNOWN_VALUE", undefined],
    ]);
  });
});

describe("rules", () => {
  const cases: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
    [
      "a scheduled action without account",
      'type: scheduled\nschedule: { cron: "0 6 * * *" }\n',
      ["1:7 SERVICE_ACCOUNT_MISSING"],
    ],
    [
      "a scheduled action without schedule",
      "type: scheduled\nserviceAccount: a@b.c\n",
      ["1:7 SCHEDULE_MISSING"],
    ],
    [
      "a real-time action with a schedule",
      `${realtime}schedule: { once: true }\n`,
      ["3:1 FIELD_NOT_FOR_TYPE"],
    ],
    [
      "parameters of a scheduled action",
      `${scheduled}parameters: { a: { type: string } }\n`,
      ["4:1 FIELD_NOT_FOR_TYPE"],
    ],
    ["steps of a real-time action", `${realtime}steps: [{ name: A, run: b }]\n`, ["3:1 FIELD_NOT_FOR_TYPE"]],
    ["a runbook without steps", "type: runbook\n", ["1:7 STEPS_MISSING"]],
    ["a schedule without its mode", `${runbook}schedule: { cron: "0 6 * * *" }\n`, ["5:1 MODE_MISMATCH"]],
    ["a mode without its schedule", `${runbook}mode: scheduled\n`, ["5:7 SCHEDULE_MISSING"]],
    ["a mode without its trigger", `${runbook}mode: triggered\n`, ["5:7 TRIGGER_MISSING"]],
    ["a cron that cannot be read", scheduled.replace("0 6", "0 99"), ["3:22 CRON_INVALID"]],
    ["a cron that never fires", scheduled.replace("0 6 * * *", "0 0 30 2 *"), ["3:19 CRON_NEVER_FIRES"]],
    [
      "a zone that does not exist",
      scheduled.replace(" }", ", timezone: Europe/Berln }"),
      ["3:42 ZONE_UNKNOWN"],
    ],
    [
      "a week without days",
      scheduled.replace('cron: "0 6 * * *"', 'frequency: weekly, time: "07:10"'),
      ["3:24 SCHEDULE_FORM"],
    ],
    [
      "a day that does not exist",
      scheduled.replace('cron: "0 6 * * *"', "at: 2027-02-30T00:00:00Z"),
      ["3:17 INSTANT_INVALID"],
    ],
    ["a variable of the server's", `${realtime}env: { ORIGIN_CLUSTER_TOKEN: x }\n`, ["3:8 ENV_KEY_RESERVED"]],
    ["a password in plain text", `${realtime}env: { DB_PASSWORD: hunter22 }\n`, ["3:21 PLAIN_SECRET"]],
    [
      "a cron without its quotes, told once",
      "type: scheduled\nserviceAccount: a@b.c\nschedule:\n  cron: */5 * * * *\n",
      ["4:9 YAML_SYNTAX"],
    ],
    ["a condition that cannot be read", `${runbook}when: "parameters.a =="\n`, ["5:23 EXPRESSION_INVALID"]],
    ["a step condition that cannot be read", `${runbook}    if: "stepz.a"\n`, ["5:10 EXPRESSION_INVALID"]],
    ["a template that does not end", `${runbook}env: { A: "\${{ env.B" }\n`, ["5:12 EXPRESSION_INVALID"]],
    ["the same step twice", `${runbook}  - name: look\n    run: who\n`, ["5:11 STEP_ID_TWICE"]],
    ["a pattern that is none", `${runbook}parameters: { a: { pattern: "(" } }\n`, ["5:29 PATTERN_INVALID"]],
    ["a timeout of no time", `${realtime}timeout: 0s\n`, ["3:10 TIMEOUT_OUT_OF_BOUNDS"]],
  ];
  for (const [what, text, expected] of cases)
    it(what, () => {
      expect(issuesOf(text)).toEqual(expected);
      expect(parse(text).action).toBeUndefined();
    });

  it.each(["schedule: { cron: '0 6 * * *'\nserviceAccount: a@b.c\n", "tags: [a, b\nserviceAccount: a@b.c\n"])(
    "looks above the place where a bracket is missed: %j",
    (text) => {
      const { issues } = parse(`type: scheduled\n${text}`);
      expect(places(issues)).toEqual(["3:1 YAML_SYNTAX"]);
      expect(issues[0]?.hint).toBe("a { or [ of a line above is not closed");
    },
  );

  it("refuses a value inside a command and shows the safe form", () => {
    const { issues } = parse(
      "type: runbook\nsteps:\n  - name: Restart\n    run: systemctl restart ${{ parameters.service }}\n",
    );
    expect(places(issues)).toEqual(["4:28 TEMPLATE_IN_COMMAND"]);
    expect(issues[0]?.hint).toBe(
      'env: { SERVICE: "${{ parameters.service }}" } and "$SERVICE" in the command',
    );
  });

  it("a folder's name is held to the form of a name", async () => {
    const { parseAction } = await import("../../../src/core/action/parse-action.ts");
    const { issues } = parseAction({
      bytes: Buffer.from(scheduled),
      file: "actions/a b/action.yaml",
      name: "a b",
    });
    expect(issues.map(({ code }) => code)).toEqual(["NAME_INVALID"]);
  });
});
