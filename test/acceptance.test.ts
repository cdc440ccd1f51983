import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { items } from "./acceptance/items.ts";
import { labelsOf, titles } from "./acceptance/labels.ts";
import { pending } from "./acceptance/pending.ts";

/*
 * Every item of the acceptance list has a test whose title begins with its letter and number, or stands among those
 * that are pending, with the reason.
 */

const files = globSync("test/**/*.test.ts").filter((file) => file !== "test/acceptance.test.ts");
const labelled = files.flatMap((file) =>
  titles(readFileSync(file, "utf8")).map((title) => ({ file, title, labels: labelsOf(title) })),
);
const proven = new Set(labelled.flatMap(({ labels }) => labels));

describe("the acceptance list", () => {
  it.each(Object.keys(items))("%s has a test, or a reason why it has none yet", (item) => {
    const has = proven.has(item);
    if (Object.hasOwn(pending, item))
      expect(has, `${item} has a test: take it from test/acceptance/pending.ts`).toBe(false);
    else expect(has, `no test's title begins with "${item}: …" (${items[item]})`).toBe(true);
  });

  it("has no item under a letter that titles and reasons make up", () => {
    const known = new Set(Object.keys(items));
    const unknown = labelled
      .filter(({ labels }) => labels.some((label) => !known.has(label)))
      .map(({ file, title }) => `${file}: ${title}`);
    expect(unknown).toEqual([]);
    expect(Object.keys(pending).filter((item) => !known.has(item))).toEqual([]);
    for (const reason of Object.values(pending)) expect(reason).not.toBe("");
  });
});

describe("the labels of a title", () => {
  it.each([
    ["C3: stops", ["C3"]],
    ["C5, C6: decide", ["C5", "C6"]],
    ["K3 K4: lists", ["K3", "K4"]],
    ["E9 to E12: has", ["E9", "E10", "E11", "E12"]],
    ["J2: daily, J3: starts at its time", ["J2", "J3"]],
    ["J4: weekly needs a day; J3: a frequency needs a time", ["J4", "J3"]],
    ["stops at C3: not a label", []],
    ["UTC is not a label", []],
    ["Z9: neither is known", ["Z9"]],
  ])("of %j are %j", (title, labels) => expect(labelsOf(title)).toEqual(labels));

  it("are of tests that run alone", () => {
    const source = `it("A1: one", () => {});
it.each(list)("A2: %s", () => {});
it.each([
  ["a", 1],
])('A3: %s', () => {});
it.skip("B1: left out", () => {});
it.todo("B2: not yet");
describe("B3: a group", () => {});
// it("B4: in a comment", () => {});
expect(said("B5: a text")).toBe(1);
`;
    expect(titles(source)).toEqual(["A1: one", "A2: %s", "A3: %s"]);
  });
});
