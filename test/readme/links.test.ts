import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const pages = ["README.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md")];

describe("the links of the pages", () => {
  it.each(pages)("%s leads only to files that are there", (page) => {
    const links = [...readFileSync(page, "utf8").matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      ([, to = ""]) => to,
    );
    const missing = links
      .filter((to) => !/^[a-z]+:/.test(to))
      .filter((to) => !existsSync(join(dirname(page), to)));
    expect(missing).toEqual([]);
  });

  it("lead from the README to every page", () => {
    const reached = new Set<string>();
    const visit = (page: string) => {
      if (reached.has(page)) return;
      reached.add(page);
      for (const [, to = ""] of readFileSync(page, "utf8").matchAll(/\]\(([^)#\s]+\.md)(?:#[^)]*)?\)/g))
        if (!/^[a-z]+:/.test(to) && existsSync(join(dirname(page), to))) visit(join(dirname(page), to));
    };
    visit("README.md");
    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
  });
});
