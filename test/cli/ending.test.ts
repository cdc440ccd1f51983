import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { entry, programEnv } from "../program.ts";
import { folder } from "./folder.ts";
import { rota } from "./rota.ts";
import { type Answer, events, json, line, run, stubServer } from "./stub-server.ts";

function started(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: folder(),
    env: { ...programEnv(), ...env },
  });
  let text = "";
  const waiting: { wanted: string; done: () => void }[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (const one of waiting) if (text.includes(one.wanted)) one.done();
    });
  const ended = new Promise<number | null>((done) => child.once("close", done));
  const shows = (wanted: string) =>
    new Promise<void>((done, reject) => {
      if (text.includes(wanted)) return done();
      waiting.push({ wanted, done });
      void ended.then(() => reject(new Error(`it ended without ${wanted}: ${text}`)));
    });
  return { child, ended, shows, text: () => text };
}

/** A run whose log goes on until it is cancelled, if it obeys. */
async function endless(obeys: boolean) {
  let close: (() => void) | undefined;
  const log: Answer = (_, response) => {
    response
      .writeHead(200, { "content-type": "text/event-stream" })
      .write(events(["line", 1, line(1, "going on")]));
    close = () => void response.end(events(["end", 2, { ...run, state: "cancelled" }]));
  };
  const cancel: Answer = (_, response) => {
    json(response, 200, { ...run, state: "running" });
    if (obeys) close?.();
  };
  return stubServer({
    "POST /api/default/actions/disk_check/run": { ...run, state: "queued" },
    [`GET /api/default/runs/${run.id}`]: { ...run, state: "cancelled", reason: "It was cancelled." },
    [`GET /api/default/runs/${run.id}/logs`]: log,
    [`POST /api/default/runs/${run.id}/cancel`]: cancel,
  });
}

describe("the end of a command", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("on %s asks the run to stop, waits for it, and exits %d", async (signal, code) => {
    const { env, asked } = await endless(true);
    const program = started(["run", "disk_check"], env);
    await program.shows("going on");
    program.child.kill(signal);
    expect(await program.ended).toBe(code);
    expect(program.text()).toContain("Asking the run to stop");
    expect(program.text()).toContain("cancelled after");
    expect(asked).toContainEqual(expect.stringMatching(/^POST .*\/cancel/));
  });

  it("on a second Ctrl-C leaves the run alone and goes", async () => {
    const { env } = await endless(false);
    const program = started(["run", "disk_check"], env);
    await program.shows("going on");
    program.child.kill("SIGINT");
    await program.shows("Asking the run to stop");
    program.child.kill("SIGINT");
    expect(await program.ended).toBe(130);
  });

  it("is quiet when whoever reads stops reading", async () => {
    const items = Array.from({ length: 1000 }, () => run);
    const { env } = await stubServer({ "GET /api/default/runs?limit=1000": { items } });
    const program = spawn(
      "bash",
      [
        "-c",
        `"$0" "$1" runs --limit 1000 --format json | head -1; echo "ended with \${PIPESTATUS[0]}"`,
        process.execPath,
        entry,
      ],
      { cwd: folder(), env: { ...programEnv(), ...env } },
    );
    let text = "";
    for (const stream of [program.stdout, program.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
    await new Promise((done) => program.once("close", done));
    expect(text).toBe("{\nended with 0\n");
  });

  it("prints all of a long answer into a pipe before it ends", async () => {
    const items = Array.from({ length: 1000 }, () => run);
    const { env } = await stubServer({ "GET /api/default/runs?limit=1000": { items } });
    const { out } = await rota(["runs", "--limit", "1000", "--format", "json"], { cwd: folder(), env });
    expect(JSON.parse(out).items).toHaveLength(1000);
  });

  it("of our own fault asks for a report, and shows the stack only to whoever asks for it", async () => {
    const { env } = await stubServer({ "GET /api/default/runs?limit=20": { items: 3 } });
    const plain = await rota(["runs"], { cwd: folder(), env });
    expect(plain.code).toBe(1);
    expect(plain.err).toMatch(/^rota: internal error, please report it: TypeError: /);
    expect(plain.err).not.toContain("    at ");
    for (const [args, more] of [
      [["--debug", "runs"], {}],
      [["runs"], { ROTA_DEBUG: "1" }],
    ] as const)
      expect((await rota(args, { cwd: folder(), env: { ...env, ...more } })).err).toContain("    at ");
  });
});
