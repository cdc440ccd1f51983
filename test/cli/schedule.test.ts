import { describe, expect, it } from "vitest";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";

const account = 'serviceAccounts: { "a@example.com": { permissions: [] } }\n';
const python = (schedule: string, more = "") => ({
  "action.yaml": `type: scheduled\nserviceAccount: a@example.com\nschedule: ${schedule}\n${more}`,
  "main.py": "def main():\n    pass\n",
});
const runbook = (schedule: string, more = "") => ({
  "action.yaml": `type: runbook\nmode: scheduled\nschedule: ${schedule}\n${more}steps: [{ name: Look, run: "true" }]\n`,
});

/** A repository with these actions. */
function repository(actions: Record<string, Record<string, string>>): string {
  const files: Record<string, string> = { "rota.yaml": account };
  for (const [name, own] of Object.entries(actions))
    for (const [file, text] of Object.entries(own)) files[`actions/${name}/${file}`] = text;
  return folder(files);
}

/** UTC times of the next fires of one action, from a Friday on. */
async function fires(action: Record<string, string>, count: number, from = "2027-01-01T00:00:00Z") {
  const cwd = repository({ one: action });
  const args = ["schedule", "one", "--next", String(count), "--from", from, "--format", "json"];
  const { code, out, err } = await rota(args, { cwd });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return (JSON.parse(out).items as { utc: string }[]).map(({ utc }) => utc);
}

describe.each([
  ["a scheduled action", python],
  ["a runbook with mode: scheduled", runbook],
])("%s", (_name, action) => {
  it("J2: daily, J3: starts at its time", async () => {
    expect(await fires(action('{ frequency: daily, time: "07:10" }'), 2)).toEqual([
      "2027-01-01T07:10:00Z",
      "2027-01-02T07:10:00Z",
    ]);
  });

  it("J2: weekly, J4: on just the days that it names", async () => {
    expect(await fires(action('{ frequency: weekly, time: "23:59", days: [mon, thu] }'), 3)).toEqual([
      "2027-01-04T23:59:00Z",
      "2027-01-07T23:59:00Z",
      "2027-01-11T23:59:00Z",
    ]);
  });

  it("J5: monthly on a day, skipping months without it", async () => {
    expect(await fires(action('{ frequency: monthly, time: "00:00", dayOfMonth: 31 }'), 3)).toEqual([
      "2027-01-31T00:00:00Z",
      "2027-03-31T00:00:00Z",
      "2027-05-31T00:00:00Z",
    ]);
  });

  it("J5: monthly on the last day, and on the first where none is named", async () => {
    expect(await fires(action('{ frequency: monthly, time: "06:00", dayOfMonth: last }'), 2)).toEqual([
      "2027-01-31T06:00:00Z",
      "2027-02-28T06:00:00Z",
    ]);
    expect(await fires(action('{ frequency: monthly, time: "06:00" }'), 1)).toEqual(["2027-01-01T06:00:00Z"]);
  });

  it("J7: in its zone", async () => {
    const given = action('{ frequency: daily, time: "07:10", timezone: Asia/Kolkata }');
    expect(await fires(given, 1)).toEqual(["2027-01-01T01:40:00Z"]);
  });

  it("J4: weekly needs a day at least; J3: a frequency needs a time", async () => {
    for (const [schedule, said] of [
      ['{ frequency: weekly, time: "07:10" }', "needs days"],
      ['{ frequency: weekly, time: "07:10", days: [] }', "days"],
      ["{ frequency: daily }", "needs a time"],
      ['{ frequency: daily, time: "24:00" }', "time of day"],
      ['{ frequency: yearly, time: "07:00" }', "frequency"],
    ] as const) {
      const { code, err } = await rota(["schedule", "one"], { cwd: repository({ one: action(schedule) }) });
      expect(code).toBe(3);
      expect(err).toContain(said);
      expect(err).toContain("one is not valid");
    }
  });
});

describe("rota schedule NAME", () => {
  it("J7: shows a change of clocks with both offsets and the rule", async () => {
    const cwd = repository({ night: python('{ cron: "30 2 * * *", timezone: Europe/Zurich }') });
    const { out } = await rota(["schedule", "night", "--next", "2", "--from", "2027-03-27T12:00:00Z"], {
      cwd,
    });
    expect(out).toBe(`night: 30 2 * * *, Europe/Zurich
LOCAL                        UTC                   CLOCKS
Sun 2027-03-28 03:00 +02:00  2027-03-28 01:00:00Z  +01:00 -> +02:00; gap: the clock jumps over 02:30, so it fires at the end of the gap
Mon 2027-03-29 02:30 +02:00  2027-03-29 00:30:00Z
`);
    const autumn = await rota(["schedule", "night", "--next", "2", "--from", "2027-10-30T12:00:00Z"], {
      cwd,
    });
    expect(autumn.out).toContain("repeat: the clock shows 02:30 twice, and it fires the first time only");
    expect(autumn.out).toMatch(/^Mon 2027-11-01 02:30 \+01:00 .* \+02:00 -> \+01:00$/m);
  });

  it("has ten fires, and the same facts as JSON", async () => {
    const cwd = repository({ night: python('{ cron: "30 2 * * *", timezone: Europe/Zurich }') });
    const { out } = await rota(["schedule", "night", "--from", "2027-03-27T12:00:00Z", "--format", "json"], {
      cwd,
    });
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({ action: "night", enabled: true, timezone: "Europe/Zurich", cut: false });
    expect(answer.items).toHaveLength(10);
    expect(answer.items[0]).toEqual({
      at: Date.parse("2027-03-28T01:00:00Z") * 1000,
      utc: "2027-03-28T01:00:00Z",
      local: "2027-03-28T03:00:00+02:00",
      offset_before: "+01:00",
      clocks: { kind: "gap", names: "02:30", fires: "at_end" },
    });
  });

  it("says what has no times to come", async () => {
    const cwd = repository({
      once: python("{ once: true }"),
      past: python('{ at: "2020-01-01T00:00:00Z" }'),
      off: python('{ cron: "0 0 * * *" }', "enabled: false\n"),
    });
    expect((await rota(["schedule", "once"], { cwd })).out).toContain("runs once, when it is created");
    expect((await rota(["schedule", "past"], { cwd })).out).toContain("never fires again");
    expect((await rota(["schedule", "off"], { cwd })).out).toContain("disabled");
  });

  it("reads the overlay of an environment", async () => {
    const cwd = folder({
      "rota.yaml": `${account}environments:\n  test: { server: "http://127.0.0.1:1", overlay: test.yaml }\n`,
      "test.yaml": 'actions:\n  one:\n    schedule: { cron: "0 5 * * *" }\n',
      "actions/one/action.yaml": python('{ cron: "0 4 * * *" }')["action.yaml"],
      "actions/one/main.py": "def main():\n    pass\n",
    });
    const { out } = await rota(["schedule", "one", "--environment", "test"], { cwd });
    expect(out).toContain("one: 0 5 * * *, UTC");
  });

  it.each([
    ["an unknown action", ["reprot"], "Did you mean report?"],
    ["an action that is called", ["mask"], "mask has no schedule: it runs when it is called"],
    ["a runbook started by hand", ["fix"], "fix has no schedule: its mode is manual"],
    ["no instant", ["report", "--from", "tomorrow"], "--from tomorrow is no instant"],
    ["a day that does not exist", ["report", "--from", "2027-02-30"], "is no instant"],
    ["no number of fires", ["report", "--next", "0"], "from 1 to 1000"],
    ["one instant", ["--between", "2027-01-01"], "--between needs two instants, and got 1"],
    [
      "an end before the start",
      ["--between", "2027-01-02", "2027-01-01"],
      "--between ends (2027-01-01) before it begins (2027-01-02)",
    ],
    ["two starts", ["--between", "2027-01-01", "2027-01-02", "--from", "2027-01-01"], "leave --from out"],
  ])("refuses %s", async (_name, args, said) => {
    const cwd = repository({
      report: python('{ cron: "0 4 * * *" }'),
      mask: {
        "action.yaml": "type: realtime\nserviceAccount: a@example.com\n",
        "main.py": "def main(data, logger):\n    return data\n",
      },
      fix: { "action.yaml": 'type: runbook\nsteps: [{ name: Look, run: "true" }]\n' },
    });
    const { code, out, err } = await rota(["schedule", ...args], { cwd });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(said);
  });
});

describe("rota schedule", () => {
  const some = () =>
    repository({
      report: python('{ cron: "0 4 * * *", timezone: Europe/Zurich }'),
      upkeep: runbook('{ frequency: weekly, days: [fri], time: "05:00" }'),
      off: python('{ cron: "* * * * *" }', "enabled: false\n"),
      first: python("{ once: true }"),
    });

  it("lists every scheduled action with its next fire", async () => {
    const { code, out } = await rota(["schedule", "--from", "2027-01-01T00:00:00Z"], { cwd: some() });
    expect(code).toBe(0);
    expect(
      out,
    ).toBe(`ACTION  SCHEDULE                  ZONE           NEXT, LOCAL                  UTC                   REMARK
first   once, when it is created  UTC
off     * * * * *                 UTC            Fri 2027-01-01 00:01 +00:00  2027-01-01 00:01:00Z  disabled: no server starts it
report  0 4 * * *                 Europe/Zurich  Fri 2027-01-01 04:00 +01:00  2027-01-01 03:00:00Z
upkeep  weekly on fri at 05:00    UTC            Fri 2027-01-01 05:00 +00:00  2027-01-01 05:00:00Z
`);
  });

  it("J2: merges what all actions fire in a time into one list, without disabled ones", async () => {
    const { out } = await rota(["schedule", "--between", "2027-01-01", "2027-01-03"], { cwd: some() });
    expect(out.split("\n").map((line) => line.split(/ {2,}/).slice(0, 2).join(" "))).toEqual([
      "UTC ACTION",
      "2027-01-01 03:00:00Z report",
      "2027-01-01 05:00:00Z upkeep",
      "2027-01-02 03:00:00Z report",
      "",
    ]);
  });

  it("says when the list is cut", async () => {
    const args = ["schedule", "--between", "2027-01-01", "2027-01-03", "--next", "2"];
    const { out, err } = await rota(args, { cwd: some() });
    expect(out.trim().split("\n")).toHaveLength(3);
    expect(err).toContain("Cut after 2: there are more");
    const json = JSON.parse((await rota([...args, "--format", "json"], { cwd: some() })).out);
    expect(json).toMatchObject({ cut: true, items: [{ action: "report" }, { action: "upkeep" }] });
  });

  it("shows what it can of a repository with an action that is not valid, and ends with 3", async () => {
    const cwd = repository({ good: python('{ cron: "0 4 * * *" }'), bad: python('{ cron: "0 4 * *" }') });
    const { code, out, err } = await rota(["schedule"], { cwd });
    expect(code).toBe(3);
    expect(out).toContain("good");
    expect(err).toContain("Not valid, and so not shown: bad.");
  });

  it("says so where nothing has a schedule", async () => {
    const { code, out } = await rota(["schedule"], { cwd: folder() });
    expect({ code, out }).toEqual({ code: 0, out: "No action here has a schedule.\n" });
  });
});
