import { describe, expect, it } from "vitest";
import { withActions } from "../server/with-actions.ts";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";
import { run, stubServer } from "./stub-server.ts";

const works = { "main.py": "def main():\n    return {'checked': 3}\n" };
const fails = { "main.py": "def main():\n    raise SystemExit('disk is full')\n" };

describe("rota diff", () => {
  it("H3: compares a run with the last that succeeded: version, code, fields, end", async () => {
    const { upload, run: play, rota: at } = await withActions();
    const id = await upload("check", { timeout: "5m", tags: ["disk"] }, works);
    const good = await play("check");
    await upload("check", { tags: ["disk"] }, fails, id);
    const bad = await play("check");

    const { code, out } = await at("diff", String(bad.id));
    expect(code).toBe(0);
    const lines = out.split("\n").map((line) => line.replace(/ +/g, " ").trim());
    expect(lines[0]).toMatch(new RegExp(`^A ${good.id} check v1 succeeded .* manual, root@example.com$`));
    expect(lines[1]).toMatch(new RegExp(`^B ${bad.id} check v2 failed `));
    for (const expected of [
      "How they ended",
      "state succeeded -> failed",
      'result {"checked":3} -> (none)',
      "What they were given",
      "version 1 -> 2",
      'timeout "5m" -> (default)',
    ])
      expect(lines).toContain(expected);
    expect(out).toMatch(/code +[0-9a-f]{12} -> [0-9a-f]{12}\n/);
    expect(out).toMatch(/reason +\(none\) -> .*disk is full/);

    const named = await at("diff", String(good.id), String(bad.id), "--format", "json");
    const { runs, differences, notes } = JSON.parse(named.out);
    expect(runs.map((one: { id: string }) => one.id)).toEqual([good.id, bad.id]);
    expect(differences).toContainEqual({
      about: "action",
      step: null,
      path: "timeout",
      before: "5m",
      after: null,
    });
    expect(notes).toEqual([]);
  });

  it("says that two runs were given the same, and that one has nothing to compare with", async () => {
    const { upload, run: play, rota: at } = await withActions();
    await upload("check", {}, works);
    const [first, second] = [await play("check"), await play("check")];
    const { differences } = JSON.parse(
      (await at("diff", String(first.id), String(second.id), "--format", "json")).out,
    );
    // On a busy machine the one may well have taken longer.
    expect(differences.filter(({ path }: { path: string }) => path !== "duration")).toEqual([]);
    expect((await at("diff", String(first.id), String(first.id))).out).toContain(
      "Nothing that Rota keeps of them differs.",
    );
    const alone = await at("diff", String(first.id));
    expect(alone.code).toBe(2);
    expect(alone.err).toContain(`No run of check before ${first.id} succeeded`);
    const missing = await at("diff", String(first.id), "3AbCdEfGhIjKlMnOpQrStUvWxYz");
    expect(missing.code).toBe(2);
    expect(missing.err).toContain("There is no such run");
  });

  it("tells steps apart, also where their texts would drive a terminal", async () => {
    const id = (letter: string) => `3${letter}bCdEfGhIjKlMnOpQrStUvWxYz`;
    const step = (name: string, state: string, provider: string) => ({
      id: "restart",
      name,
      kind: "run",
      provider: { name: provider, digest: "a".repeat(64) },
      state,
      reason: state === "failed" ? "It exited with 1.\u001b[2J" : null,
      attempts: [],
      outputs: { "a\u001b[31m": "\u202ex" },
    });
    const runs = {
      [`GET /api/default/runs/${id("A")}`]: {
        ...run,
        id: id("A"),
        steps: [step("Restart", "succeeded", "web-1")],
      },
      [`GET /api/default/runs/${id("B")}`]: {
        ...run,
        id: id("B"),
        steps: [{ ...step("Restart\u001b]0;x\u0007", "failed", "web-2\u001b[2J"), outputs: {} }],
      },
    };
    const { env } = await stubServer(runs);
    for (const format of ["text", "json"]) {
      const { code, out } = await rota(["diff", id("A"), id("B"), "--format", format], {
        cwd: folder(),
        env,
      });
      expect(code).toBe(0);
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      expect(out).toContain("What the action said is not known of both");
    }
    const { out } = await rota(["diff", id("A"), id("B")], { cwd: folder(), env });
    expect(out).toMatch(/Step restart: Restart\S*\n +name .*\n +state +succeeded -> failed\n/);
    expect(out).toMatch(/provider +web-1 -> web-2/);
  });
});
