import { spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Outcome, Place } from "../../src/runs/ports/executor.ts";
import { token } from "../contract/executor/daemon.ts";
import { bytes, execute, processesWith, sh, sharedWorld, world } from "./world.ts";

const isRoot = process.getuid?.() === 0;
const host = (user?: string): Place => ({ kind: "host", user });
const python = "/usr/bin/python3"; // every user may run it

test("a server that was not told to has no place host, and says how to get one", async () => {
  const { executor } = world();
  expect((await sh(executor, "echo x", { place: host("nobody") })).outcome).toMatchObject({
    end: "not_started",
    reason:
      "This server runs no steps on its own machine (place host): `rota serve --allow-host-steps` allows them.",
  });
});

describe.runIf(isRoot && existsSync(python))("a server that is root", () => {
  const { executor, bundle, dataDir } = sharedWorld({ allowHost: true, python });
  const nobody = host("nobody");

  test("acts as the user that is named: with its groups, home and PATH, unconfined, below the machine's own tree", async () => {
    const { outcome, lines } = await sh(
      executor,
      'id -un; id -gn; id -G; echo "$HOME $USER $LOGNAME"; echo "$PATH"; pwd; umask; echo "$TMPDIR" > "$TMPDIR/mine"; readlink /proc/self/ns/pid; echo a=1 > "$ROTA_OUTPUT"',
      { place: nobody },
    );
    expect(lines.slice(0, 7)).toEqual([
      "stdout: nobody",
      expect.stringMatching(/^stdout: (nogroup|nobody)$/),
      "stdout: 65534",
      "stdout: / nobody nobody",
      "stdout: /usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
      "stdout: /",
      "stdout: 0022",
    ]);
    expect(outcome).toMatchObject({ end: "succeeded", isolation: undefined, exitCode: 0 });
    expect(Buffer.from(outcome.result ?? []).toString()).toBe("a=1\n");
  });

  test("nothing of the server is open to it but the bundle", async () => {
    writeFileSync(join(dataDir, "secret.key"), "key", { mode: 0o644 });
    const folder = bundle({ "run.sh": "echo from the bundle\n" });
    const { lines } = await sh(
      executor,
      `sh "$ROTA_BUNDLE/run.sh"; for f in "$DATA/secret.key" /proc/${process.pid}/environ; do cat "$f" >/dev/null 2>&1 || echo closed; done; ls "$DATA" "$DATA/executions" 2>/dev/null; echo x >> "$ROTA_BUNDLE/run.sh" || echo "not written"; kill -0 ${process.pid} 2>/dev/null || echo "no signal"`,
      { place: nobody, env: { DATA: dataDir }, bundle: folder },
    );
    expect(lines.filter((line) => line.startsWith("stdout"))).toEqual([
      "stdout: from the bundle",
      "stdout: closed",
      "stdout: closed",
      "stdout: not written",
      "stdout: no signal",
    ]);
  });

  test("what one reads stays open while others start", async () => {
    const folder = bundle({ "mine.txt": "x\n" });
    const many = Array.from({ length: 6 }, (_, n) =>
      sh(executor, 'for n in 1 2 3 4 5; do cat "$ROTA_BUNDLE/mine.txt"; sleep 0.05; done', {
        place: nobody,
        bundle: n % 2 === 0 ? folder : bundle({ "mine.txt": "x\n" }),
      }),
    );
    for (const { lines } of await Promise.all(many)) expect(lines).toEqual(Array(5).fill("stdout: x"));
  });

  test("what its user leaves in folders that are open to all stays there", async () => {
    const { lines } = await sh(executor, "mktemp /tmp/rota-host-XXXXXX", { place: nobody });
    const file = lines[0]?.replace("stdout: ", "") ?? "";
    expect(file).toMatch(/^\/tmp\/rota-host-/);
    onTestFinished(() => rmSync(file, { force: true }));
    expect(existsSync(file)).toBe(true);
  });

  test("limits, causes and what is left behind are those of the sandbox", async () => {
    const TOKEN = token();
    const late = await sh(executor, "setsid sleep 600 & trap '' TERM; sleep 600", {
      place: nobody,
      env: { TOKEN },
      limits: { timeout: 2_500, grace: 100 },
    });
    expect(late.outcome).toMatchObject({ end: "timed_out", signal: "SIGKILL" });
    expect(processesWith(TOKEN)).toEqual([]);
    const left = await sh(executor, "setsid sleep 600 > /dev/null 2>&1 & echo up", {
      place: nobody,
      env: { TOKEN },
    });
    expect(left.lines).toContain("system: 1 process that it left behind ended with it.");
    expect(processesWith(TOKEN)).toEqual([]);
    const flood = await sh(executor, "yes", { place: nobody, limits: { output: 2 ** 16 } });
    expect(flood.outcome.end).toBe("output_limit");
  });

  test("Python runs there as well", async () => {
    const folder = bundle("import os\ndef main(data, logger): return [os.getuid(), *data]\n");
    const { result } = await execute(executor, folder, {
      place: nobody,
      entry: "realtime",
      input: bytes("[1]"),
    });
    expect(result).toEqual([65534, 1]);
  });

  test("root acts only where root is named", async () => {
    expect((await sh(executor, "id -u", { place: host() })).outcome).toMatchObject({
      end: "not_started",
      reason: "The server runs as root: name the user for place host; root only where root is named.",
    });
    expect((await sh(executor, "id -u", { place: host("root") })).lines).toEqual(["stdout: 0"]);
  });

  test.each([
    [{ place: host("nobody_of_this_name") }, "There is no user nobody_of_this_name on the server's machine."],
    [{ place: host("a:b") }, '"a:b" is no name of a user.'],
    [{ place: host("65534") }, "There is no user 65534 on the server's machine."],
    [
      { place: nobody, network: false },
      "It asks for a sandbox without network, and on the server's own machine (place host) there is none.",
    ],
    [
      { place: nobody, isolation: "required" as const },
      "It asks for full isolation, and on the server's own machine (place host) there is none.",
    ],
  ])("what cannot be had is a sentence: %j", async (asked, reason) => {
    expect((await sh(executor, "echo x", asked)).outcome).toMatchObject({ end: "not_started", reason });
  });

  test("a data folder that the user cannot come at is a sentence", async () => {
    const closed = mkdtempSync(join(tmpdir(), "rota-closed-"));
    onTestFinished(() => rmSync(closed, { recursive: true, force: true }));
    const inside = world({ allowHost: true, python }, join(closed, "data"));
    const { outcome } = await sh(inside.executor, "echo x", { place: nobody });
    expect(outcome.reason).toBe(
      `nobody cannot come at the server's data folder ${join(closed, "data")}, because ${closed} is closed to others: put it where every user may pass (ROTA_DATA), as below /var/lib.`,
    );
  });

  test("a server that is an ordinary user acts as that user, and as no other", async () => {
    const own = await asNobody(undefined);
    expect(own).toMatchObject({ end: "succeeded", exitCode: 0 });
    expect(await asNobody("nobody")).toMatchObject({ end: "succeeded" });
    expect(await asNobody("daemon")).toMatchObject({
      end: "not_started",
      reason:
        "It is to run as daemon, and only a server that runs as root can do that: this one can run it as its own user only.",
    });
    expect(await asNobody("root")).toMatchObject({ end: "not_started" });
  });
});

/** What comes of `id` at place host under an executor that is the user 65534. */
async function asNobody(user: string | undefined): Promise<Outcome> {
  const dataDir = mkdtempSync(join(tmpdir(), "rota-host-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  chownSync(dataDir, 65534, 65534);
  chmodSync(dataDir, 0o700);
  const once = fileURLToPath(new URL("holder/run-on-host.ts", import.meta.url));
  const child = spawn(process.execPath, [once, dataDir, ...(user === undefined ? [] : [user])], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, HOME: dataDir, ROTA_PYTHON: python },
    uid: 65534,
    gid: 65534,
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  await new Promise((resolve) => child.once("close", resolve));
  return JSON.parse(said);
}
