import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { folder } from "../cli/folder.ts";
import { rota } from "../cli/rota.ts";

const page = readFileSync("docs/reference/manifest.md", "utf8");
const examples = Object.fromEntries(
  [...page.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].map(([, file = "", text = ""]) => [file, text]),
);
const mains = {
  "actions/report/main.py": "def main():\n    pass\n",
  "actions/tell/main.py": "def main(data, logger):\n    return data\n",
};

describe("the page of the manifest", () => {
  it("shows a repository that is valid, for every environment", async () => {
    expect(Object.keys(examples)).toHaveLength(5);
    const cwd = folder({ ...examples, ...mains });
    for (const environment of [[], ["--environment", "production"]]) {
      const { code, out, err } = await rota(["validate", ...environment], { cwd });
      expect({ code, out, err }).toEqual({ code: 0, out: "3 actions valid.\n", err: "" });
    }
  });

  it("names every field of the schemas", () => {
    for (const schema of ["action", "rota"]) {
      const { properties } = JSON.parse(readFileSync(`schemas/${schema}.schema.json`, "utf8"));
      for (const name of Object.keys(properties)) {
        expect(page).toContain(`\`${name}\``);
      }
    }
  });
});
