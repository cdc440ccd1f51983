import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { bundleFolder } from "../../src/sync/bundle/bundle-folder.ts";
import { project } from "../executor/environments/shelf.ts";
import { hasPip, writeWheel } from "../executor/environments/wheel.ts";
import { startServer } from "./start-server.ts";

interface RunJson {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly version: number;
  readonly action_name: string;
  readonly started_at: number;
  readonly ended_at: number;
  readonly trigger: { readonly kind: string };
}

/** A server whose installer knows only a folder of wheels. */
async function installing() {
  const wheels = mkdtempSync(join(tmpdir(), "rota-wheels-"));
  chmodSync(wheels, 0o755); // the installer has a user of its own where the server is root
  const env = { PATH: "/usr/bin:/bin", ROTA_OFFLINE: "1", ROTA_PIP_FIND_LINKS: wheels };
  const { address, login, stop } = await startServer({}, env);
  onTestFinished(async () => {
    await stop();
    rmSync(wheels, { recursive: true });
  });
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`${address}/api/default/${path}`, { ...init, headers: { ...init.headers, authorization: login } });
  await request("service_accounts", {
    method: "POST",
    body: JSON.stringify({ email: "sa@example.com" }),
    headers: { "content-type": "application/json" },
  });
  const runs = async (path: string) =>
    ((await (await request(path)).json()) as { items: readonly RunJson[] }).items;
  return {
    wheels,
    request,
    runs,
    logOf: async (run: string) => {
      const text = await (await request(`runs/${run}/logs`)).text();
      return text
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { text: string }).text);
    },
    async upload(name: string, dependency: string, id?: string) {
      const files = { "main.py": "def main(): return 1", "pyproject.toml": project(dependency) };
      const { zip } = await bundleFolder(
        Object.entries(files).map(([path, text]) => ({ path, mode: "file", bytes: Buffer.from(text) })),
      );
      const form = new FormData();
      if (id !== undefined) form.append("id", id);
      form.append("name", name);
      form.append("description", "");
      form.append("execution_details", "repeat");
      form.append("cron_expr", "0 0 1 1 *");
      form.append("service_account", "sa@example.com");
      form.append("owner", "o");
      form.append("filename", "a.zip");
      form.append("file", new Blob([zip as Uint8Array<ArrayBuffer>]), "a.zip");
      const answer = await request("actions/upload", { method: "POST", body: form });
      return (await answer.json()) as { uuid?: string; message?: string };
    },
  };
}

describe.runIf(hasPip())("installing the packages of an upload", () => {
  test("is a run of the version, with its log; using them again is none, and the action has not run by it", async () => {
    const { wheels, upload, request, runs, logOf } = await installing();
    writeWheel(wheels, "alpha_of_test", "1.0");
    const { uuid } = await upload("first", "alpha-of-test");
    const [build, ...others] = await runs("actions/first/runs");
    expect(others).toEqual([]);
    expect(build).toMatchObject({
      state: "succeeded",
      trigger: { kind: "build" },
      version: 1,
      action_name: "first",
    });
    expect(build?.ended_at).toBeGreaterThan(build?.started_at ?? 0);
    const lines = await logOf(build?.id ?? "");
    expect(lines[0]).toMatch(/^Installing with pip /);
    expect(lines.join("\n")).toMatch(/Successfully installed alpha/);
    await upload("second", "alpha-of-test");
    expect(await runs("runs")).toHaveLength(1);
    const listed = (await (await request("actions")).json()) as { uuid: string; status?: string }[];
    expect(JSON.stringify(listed.find((action) => action.uuid === uuid) ?? listed)).not.toContain(
      "Completed",
    );
  }, 60_000);

  test("that fails is one of no version, which the answer names; the action stays what it was", async () => {
    const { upload, runs, logOf } = await installing();
    const fresh = await upload("broken", "gamma-of-test");
    expect(fresh.message).toMatch(
      /^The package gamma-of-test could not be installed: the server is offline \(ROTA_OFFLINE\)/,
    );
    const [, id = ""] = /All of them: rota logs (\S+)$/.exec(fresh.message ?? "") ?? [];
    const [build] = await runs("runs");
    expect(build).toMatchObject({
      id,
      state: "failed",
      version: 0,
      action_name: "broken",
      trigger: { kind: "build" },
    });
    expect(fresh.message?.split("\n")[0]).toBe(build?.reason);
    expect(await runs("actions/broken/runs")).toEqual([build]);
    const lines = await logOf(id);
    expect(lines.join("\n")).toContain("No matching distribution found for gamma-of-test");
    // Once more: the second failure of a name that never was live is kept as well.
    await upload("broken", "delta-of-test");
    expect(await runs("runs")).toHaveLength(2);
  }, 60_000);
});
