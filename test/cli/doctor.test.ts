import { chmodSync, existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Check } from "../../src/cli/doctor/check.ts";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";
import { type Answer, stubServer } from "./stub-server.ts";

async function examined(env: Record<string, string> = {}, cwd = folder()) {
  const { code, out } = await rota(["doctor", "--format", "json"], { cwd, env });
  const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: Check[] };
  return { code, ok, check: (name: string) => checks.find((one) => one.name === name) };
}
const nowhere = { ROTA_SERVER: "http://127.0.0.1:9" };

describe("rota doctor", () => {
  it("finds what this machine has, and leaves nothing behind", async () => {
    const cwd = folder();
    const { code, ok, check } = await examined(nowhere, cwd);
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(check("Node")?.found).toBe(process.version);
    expect(check("git")?.found).toMatch(/^\d+\.\d+/);
    expect(check("Python")?.found).toMatch(/^3\.\d+\.\d+ \(\/.*\)$/);
    expect(check("Isolation")?.found).toMatch(/^(full|reduced|basic)/);
    expect(check("Host steps")?.found).toBe("not allowed (rota serve --allow-host-steps)");
    expect(check("Data folder")?.found).toBe(`${join(cwd, ".rota")}, made by the first start`);
    expect(existsSync(join(cwd, ".rota"))).toBe(false);
  });

  it("tells whether steps may act on the machine itself", async () => {
    const { check } = await examined({ ...nowhere, ROTA_ALLOW_HOST_STEPS: "true" });
    expect(check("Host steps")?.found).toMatch(/^allowed/);
  });

  it("finds the client of steps over ssh, and says how to get one", async () => {
    const bin = folder({ ssh: "#!/bin/sh\n" });
    chmodSync(join(bin, "ssh"), 0o755);
    const path = (...folders: string[]) => ({ ...nowhere, PATH: folders.join(":") });
    const [there, without] = await Promise.all([examined(path(bin)), examined(path(folder()))]);
    expect(there.check("ssh")).toMatchObject({ ok: true, found: realpathSync(join(bin, "ssh")) });
    expect(without.check("ssh")).toMatchObject({ ok: false, needed: false, found: "not found" });
    expect(without.check("ssh")?.advice).toContain("install OpenSSH's client");
  });

  it("fails without a Python, and says what to do", async () => {
    const { code, ok, check } = await examined({ ...nowhere, ROTA_PYTHON: "/nowhere/python3" });
    expect({ code, ok }).toEqual({ code: 1, ok: false });
    expect(check("Python")).toMatchObject({ ok: false, needed: true });
    expect(check("Python")?.advice).toContain("Install Python");
  });

  it("fails where the data folder cannot be one", async () => {
    const { code, check } = await examined(nowhere, folder({ ".rota": "a file" }));
    expect(code).toBe(1);
    expect(check("Data folder")?.found).toContain("is not a folder");
  });

  it("tells whether the server answers and knows the token", async () => {
    const config = { version: "1.2.3", build: "rota" };
    const knows: Answer = (request, response) => {
      response.statusCode = request.headers.authorization === "Bearer right" ? 200 : 401;
      response.end("{}");
    };
    const { env } = await stubServer({ "GET /config": config, "GET /api/default/server": knows });
    const right = await examined({ ...env, ROTA_TOKEN: "right" });
    expect(right.check("Server")?.found).toContain("rota 1.2.3");
    expect(right.check("Token")?.ok).toBe(true);
    const wrong = await examined({ ...env, ROTA_TOKEN: "wrong" });
    expect(wrong.check("Token")).toMatchObject({ ok: false, needed: false });
    expect(wrong.code).toBe(0);
    expect((await examined(nowhere)).check("Server")).toMatchObject({ ok: false, needed: false });
  });

  it("tries to escape from executions, and tells what came of each attempt", async () => {
    const { code, out } = await rota(["doctor", "--isolation", "--format", "json"], { cwd: folder() });
    const { level, counts, attempts } = JSON.parse(out);
    expect(code).toBe(0);
    expect(["full", "reduced", "basic"]).toContain(level);
    expect(counts.held).toBeGreaterThan(60);
    expect(attempts).toContainEqual(
      expect.objectContaining({ action: "read-server", attempt: "variables-inherited", outcome: "held" }),
    );
  }, 120_000);

  it("is read by people as well", async () => {
    const { out } = await rota(["doctor"], {
      cwd: folder(),
      env: { ...nowhere, ROTA_PYTHON: "/nowhere/python3" },
    });
    expect(out).toMatch(/^ok +Node +v\d+/m);
    expect(out).toMatch(/^missing +Python +/m);
    expect(out).toMatch(/^note +Server +/m);
  });
});
