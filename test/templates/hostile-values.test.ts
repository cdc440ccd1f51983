import { describe, expect, it } from "vitest";
import type { Json } from "../../src/core/json.ts";
import { checkParameters } from "../../src/runs/start/check-parameters.ts";
import { readGallery } from "../../src/sync/index.ts";

const templates = (await readGallery()).flatMap((group) => group.templates);

/** What a shell, an option parser or a log could take for more than a value. */
const hostile = [
  "$(touch x)",
  "`touch x`",
  "${HOME}",
  "a\nb",
  "a\n",
  "a\r",
  "a\0",
  "a\u001b[31m",
  "a\u202eb",
  "--help",
  "-rf",
  "a$b",
  "a\\b",
  "http://a/$(x)",
  "/tmp/$(x)",
  "/tmp/a\nb",
  "/tmp/x/`id`",
];
/** A search is a text as it stands: blanks, quotes and signs belong to it; it may begin with "-", and is never an option. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  search: ["--help", "-rf"],
  expect: ["--help", "-rf"],
};
/** Besides, for all but texts that are searched for. */
const wordsOnly = ["a b", "; rm -rf /", "a;b", "a|b", "a&b c", "a'b", 'a"b', "*", "a>b", "(a)"];
const freeTexts = new Set(["search", "expect", "names"]);

describe.each(templates)("$title", ({ action }) => {
  const texts = Object.entries(action.parameters).filter(([, { type }]) => type === "string");
  const others = Object.keys(action.parameters).filter((name) => action.parameters[name]?.type !== "string");

  /** Those of the values that a run could be started with. */
  async function taken(name: string, values: readonly Json[]): Promise<readonly Json[]> {
    // One copy of the parameter for each value, so that they are compiled once, and all problems come at once.
    const copies = values.map((value, index) => [`copy${index}_`, value] as const);
    const declared = Object.fromEntries(copies.map(([copy]) => [copy, action.parameters[name]!]));
    const refused = await checkParameters(declared, Object.fromEntries(copies)).then(
      () => "",
      ({ message }: Error) => message,
    );
    return copies.filter(([copy]) => !refused.includes(copy)).map(([, value]) => value);
  }

  it.each(texts.map(([name]) => name))("N2: %s takes nothing that a shell could understand", async (name) => {
    const values = [...hostile, ...(freeTexts.has(name) ? [] : wordsOnly)];
    expect(await taken(name, values)).toEqual(allowed[name] ?? []);
  });

  it.each(others)("%s takes only what it is meant for", async (name) => {
    expect(await taken(name, ["1; id", "$(id)", "true", "1", [1], { a: 1 }, 1e300, -1])).toEqual([]);
  });
});
