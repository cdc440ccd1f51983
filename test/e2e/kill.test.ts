import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { Repository, type RunJson, type ServerProcess, serve, temporary } from "./product.ts";

const project = `scope: e2e
serviceAccounts:
  sleeper@example.com:
    permissions: [{ object: "action_scripts:_all_default", permission: AllowGet }]
environments:
  test: { server: "http://127.0.0.1:5090" }
`;

it.runIf(process.platform === "linux")(
  "kill -9 with 30 executions asked for: no process is left, and every acknowledged run ends",
  { timeout: 120_000 },
  async () => {
    const data = temporary();
    const mark = `rota-e2e-${process.pid}-${Date.now()}`;
    let server: ServerProcess = await serve(data);
    const repository = new Repository(() => server);
    mkdirSync(join(repository.folder, "actions/sleeper"), { recursive: true });
    repository.write("rota.yaml", project);
    repository.write(
      "actions/sleeper/action.yaml",
      `type: realtime\nserviceAccount: sleeper@example.com\nenv: { MARK: ${mark} }\n`,
    );
    repository.write(
      "actions/sleeper/main.py",
      "import subprocess\n\ndef main(data, logger):\n    subprocess.run(['sleep', '600'])\n    return data\n",
    );
    repository.commit("Sleep");
    const applied = await repository.rota("apply", "--yes");
    expect(applied.code, applied.out + applied.err).toBe(0);

    const acknowledged: string[] = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const run = await server.call<RunJson>(
          "POST",
          "/api/default/actions/sleeper/run",
          { inputs: [{}] },
          201,
        );
        return run.id;
      }),
    );
    await vi.waitFor(() => expect(processesWith(mark).length).toBeGreaterThanOrEqual(8), {
      timeout: 30_000,
      interval: 50,
    });

    await server.kill();
    await vi.waitFor(() => expect(processesWith(mark)).toEqual([]), { timeout: 10_000, interval: 20 });

    server = await serve(data);
    await vi.waitFor(
      async () => {
        const { items } = await server.call<{ items: RunJson[] }>("GET", "/api/default/runs?limit=1000");
        const states = new Map(items.map((run) => [run.id, run.state]));
        // What was running is interrupted; what was queued begins, and is cancelled here.
        for (const id of acknowledged) {
          expect(states.has(id)).toBe(true);
          const state = states.get(id);
          if (state === "running" || state === "queued")
            await server.call("POST", `/api/default/runs/${id}/cancel`);
        }
        expect(new Set(states.values())).toEqual(new Set(["interrupted", "cancelled"]));
      },
      { timeout: 60_000, interval: 200 },
    );
    await server.kill();
    await vi.waitFor(() => expect(processesWith(mark)).toEqual([]), { timeout: 10_000, interval: 20 });
  },
);

/** Ids of the live processes whose environment holds `mark`. */
function processesWith(mark: string): readonly string[] {
  return readdirSync("/proc").filter((entry) => {
    if (!/^\d+$/.test(entry) || entry === String(process.pid)) return false;
    try {
      return readFileSync(`/proc/${entry}/environ`, "utf8").includes(mark);
    } catch {
      return false; // ended meanwhile
    }
  });
}
