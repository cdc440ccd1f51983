import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canonicalAction } from "../../../src/core/action/canonical.ts";
import { readAction } from "../../../src/core/action/read-action.ts";
import { validateRepository } from "../../../src/sync/validate/validate-repository.ts";
import { memoryTree } from "./memory-tree.ts";

/** The examples of the format, as they are shown to users. */
const example = (name: string) =>
  readFileSync(new URL(`manifest-page/${name}.yaml`, import.meta.url), "utf8");
const repository = {
  "rota.yaml": example("rota"),
  "environments/production.yaml": "actions: {}\n",
  "actions/scheduled_log_sender/action.yaml": example("scheduled"),
  "actions/scheduled_log_sender/main.py": "def main():\n    pass\n",
  "actions/transform/action.yaml": example("realtime"),
  "actions/transform/main.py": "def main(data, logger):\n    return data\n",
  "actions/restart/action.yaml": example("runbook"),
  "actions/restart/report.py": "def main(data, logger):\n    pass\n",
};
const validated = () =>
  validateRepository(memoryTree(repository), {
    environment: undefined,
    env: process.env,
    offline: true,
  });

describe("the examples of the written form", () => {
  it("are valid together, without a warning", async () => {
    const { issues, members } = await validated();
    expect(issues).toEqual([]);
    expect(members.map(({ action }) => action?.name)).toEqual([
      "restart",
      "scheduled_log_sender",
      "transform",
    ]);
  });

  it("mean what they say", async () => {
    const { members, project } = await validated();
    const [restart, sender] = members.map(({ action }) => action);
    expect(sender).toMatchObject({
      type: "scheduled",
      schedule: { timing: { kind: "cron", expression: "30 12 1 * *" }, timezone: "UTC", catchUp: "none" },
      concurrency: { limit: 1, overlap: "skip" },
      timeout: 600_000,
    });
    expect(restart).toMatchObject({
      mode: "triggered",
      estimatedDuration: 120_000,
      approval: {
        required: true,
        approvers: ["role:sre"],
        quorum: 1,
        expires: 3_600_000,
        onExpiry: "reject",
      },
      alerts: [{ on: ["firing"], start: { kind: "after", delay: 300_000 }, cooldown: 900_000 }],
    });
    expect(restart?.type === "runbook" && restart.steps).toMatchObject([
      {
        id: "restart",
        provider: "web-1",
        timeout: 30_000,
        retries: { limit: 2, delay: 5000, backoff: "exponential" },
      },
      { id: "answers", program: { kind: "http" }, timeout: 600_000 },
      { id: "collect_the_log", if: "previous_failure" },
      { id: "report", if: "always", provider: "local", program: { kind: "python", file: "report.py" } },
    ]);
    expect(project).toMatchObject({
      organization: "default",
      scope: "platform-team",
      environments: {
        production: {
          prune: true,
          overlay: "environments/production.yaml",
          kind: "rota",
          organization: "default",
        },
        observe: { kind: "openobserve", organization: "acme", prune: false },
      },
    });
  });

  it("are read back from their canonical form as the same actions", async () => {
    const { members } = await validated();
    for (const { action } of members)
      expect(readAction(JSON.parse(JSON.stringify(canonicalAction(action!))), "other")).toEqual({
        ok: true,
        action,
      });
  });
});
