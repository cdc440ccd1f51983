import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, type JsonObject } from "../../../src/core/json.ts";
import { diffFields } from "../../../src/core/plan/diff-fields.ts";
import { hidden, hideValues } from "../../../src/core/plan/hide-values.ts";
import { samples } from "../../samples.ts";

const diff = (before: JsonObject, after: JsonObject) =>
  diffFields(before, after).map(({ path, before, after }) => [path, before, after]);

describe("diffFields", () => {
  it("names fields by path, sorted, defaults as undefined", () => {
    expect(
      diff(
        { env: { B: "1", A: "x" }, schedule: { cron: "0 1 * * *" }, timeout: "5m" },
        { env: { B: "2", A: "x", C: "3" }, schedule: { cron: "0 2 * * *", timezone: "Europe/Berlin" } },
      ),
    ).toEqual([
      ["env.B", "1", "2"],
      ["env.C", undefined, "3"],
      ["schedule.cron", "0 1 * * *", "0 2 * * *"],
      ["schedule.timezone", undefined, "Europe/Berlin"],
      ["timeout", "5m", undefined],
    ]);
  });

  it("keeps a secret's name, and a list of plain values, in one piece", () => {
    expect(
      diff({ env: { K: { secret: "a" } }, tags: ["x"] }, { env: { K: { secret: "b" } }, tags: ["x", "y"] }),
    ).toEqual([
      ["env.K", { secret: "a" }, { secret: "b" }],
      ["tags", ["x"], ["x", "y"]],
    ]);
  });

  it("shows one inserted element of a list, not all that follow", () => {
    const [a, b, c] = [{ run: "a" }, { run: "b" }, { run: "c" }];
    expect(diff({ steps: [a, c] }, { steps: [a, b, c] })).toEqual([["steps[1].run", undefined, "b"]]);
    expect(diff({ steps: [a, b, c] }, { steps: [a, c] })).toEqual([["steps[1].run", "b", undefined]]);
  });

  it("quotes keys that would be mistaken for a path", () => {
    expect(diff({}, { parameters: { "a.b": { type: "string" } } })).toEqual([
      ['parameters["a.b"].type', undefined, "string"],
    ]);
  });

  it("shows something exactly when the two differ, and never one path twice", () => {
    const object = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 4 });
    fc.assert(
      fc.property(object, object, (before, after) => {
        const paths = diffFields(before as JsonObject, after as JsonObject).map(({ path }) => path);
        const same = canonicalJson(before as JsonObject) === canonicalJson(after as JsonObject);
        expect(paths.length === 0).toBe(same);
        expect(new Set(paths).size).toBe(paths.length);
      }),
      samples(200, 20_000),
    );
  });

  it("survives a value that is nested absurdly deep", () => {
    let deep: JsonObject = { end: 1 };
    for (let depth = 0; depth < 500; depth++) deep = { next: deep };
    expect(diffFields({}, deep)).toHaveLength(1);
  });
});

describe("hideValues", () => {
  const change = (path: string, before: string, after: string | { secret: string }) => ({
    path,
    before,
    after,
  });
  const shown = (foreign: boolean, ...changes: ReturnType<typeof change>[]) =>
    hideValues(changes, foreign).map(({ before }) => before);

  it("hides what a secret takes the place of", () => {
    expect(shown(false, change("env.KEY", "hunter2", { secret: "key" }))).toEqual([hidden]);
  });

  it("hides variables that somebody typed on the server, and shows git's own", () => {
    expect(shown(true, change("env.KEY", "hunter2", "x"), change("timeout", "5m", "6m"))).toEqual([
      hidden,
      "5m",
    ]);
    expect(shown(true, change("steps[0].env.KEY", "hunter2", "x"))).toEqual([hidden]);
    expect(shown(true, change("headers.X-Team", "hunter2", "x"))).toEqual([hidden]);
    expect(shown(false, change("env.KEY", "1", "2"))).toEqual(["1"]);
  });
});
