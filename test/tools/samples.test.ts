import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

it("every property takes its samples from the one place that makes a failure repeatable", () => {
  const assertion = ["fc", "assert("].join(".");
  const texts = globSync(`${root}/test/**/*.ts`).map((name) => [name, readFileSync(name, "utf8")] as const);
  const properties = texts.filter(([, text]) => text.includes(assertion));
  expect(properties.length).toBeGreaterThan(10);
  const odd = properties.filter(
    ([, text]) => text.split(assertion).length !== text.split(/\bsamples\(/).length,
  );
  expect(odd.map(([name]) => name)).toEqual([]);
});
