import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly steps: readonly Step[];
  readonly "timeout-minutes"?: number;
}
interface Workflow {
  readonly on: Readonly<Record<string, { paths?: string[] }>>;
  readonly permissions: unknown;
  readonly concurrency: { readonly "cancel-in-progress": boolean | string };
  readonly jobs: Readonly<Record<string, Job>>;
}

const files = globSync(".github/workflows/*.yml").map((file) => ({ file, text: readFileSync(file, "utf8") }));
const workflow = (name: string) =>
  parse(files.find(({ file }) => file.endsWith(`/${name}.yml`))?.text ?? "") as Workflow;

describe("the workflows", () => {
  it("are the three that the guide speaks of", () =>
    expect(files.map(({ file }) => file.replace(/.*\//, "")).sort()).toEqual([
      "check.yml",
      "rota-sync.yml",
      "rota-validate.yml",
    ]));

  it("N8: check the types and run the tests, which start real commands", () => {
    const { jobs } = workflow("check");
    expect(jobs.check?.steps.map(({ run }) => run)).toContain(".ci/run");
    const all = readFileSync(".ci/run", "utf8");
    expect(all).toMatch(/^npm test -- /m);
    expect(all).toMatch(/^npm run check -- --no-tests /m);
    expect(readFileSync("tools/check.ts", "utf8")).toContain('["types", "tsc", "--noEmit"]');
  });

  it.each(files)("$file gives each job no more than it needs, and an end", ({ text }) => {
    const { permissions, jobs } = parse(text) as Workflow;
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toEqual({ contents: "read" });
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(30);
    }
  });

  it.each(files)("$file pins every action by a whole commit, with its version beside it", ({ text }) => {
    const uses = text.split("\n").filter((line) => /^\s*-? ?uses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it.each(files)("$file splices nothing into a shell and leaves no credential behind", ({ text }) => {
    for (const { steps } of Object.values((parse(text) as Workflow).jobs))
      for (const step of steps) {
        expect(step.run ?? "").not.toContain("${{");
        if (step.uses?.startsWith("actions/checkout@"))
          expect(step.with?.["persist-credentials"]).toBe(false);
      }
  });

  it("validate pull requests without rights of the target, on the files that matter", () => {
    const { on } = workflow("rota-validate");
    expect(Object.keys(on)).toEqual(["pull_request"]);
    expect(on.pull_request?.paths).toEqual(expect.arrayContaining(["actions/**", "rota.yaml"]));
  });

  it("never cut off an apply, and let it wait for its environment", () => {
    const { concurrency, jobs } = workflow("rota-sync");
    expect(concurrency["cancel-in-progress"]).toBe(false);
    expect(jobs.apply?.environment).toBe("production");
    expect(jobs.plan?.environment).toBe("production-plan");
  });
});
