import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { Attempted } from "../../../src/executor/escape/play-escapes.ts";
import { expected, situations } from "./expected.ts";

const play = fileURLToPath(new URL("play.ts", import.meta.url));
const isRoot = process.getuid?.() === 0;
const nobody = 65534;

test.each(situations)(
  "escapes at level $level, the server being $server, go as documented",
  { timeout: 120_000 },
  async ({ level, server, column }) => {
    if (server === "root" && !isRoot)
      return console.log(`Not tried: level ${level} of a server that is root.`);
    const found = await played(level, isRoot && server !== "root" ? nobody : undefined);
    if (found.level !== level || found.missing.some((sentence) => /run as root/.test(sentence)))
      return console.log(`Not tried: level ${level}, the server being ${server}. ${found.missing.join(" ")}`);
    const wanted = expected(column);
    for (const where of ["main", "module"] as const)
      expect(outcomes(found.attempts, where, wanted), `in ${where}`).toEqual(wanted);
  },
);

/** As `action: attempt`; a whole action that was refused stands for each of its attempts. */
function outcomes(attempts: readonly Attempted[], where: string, wanted: Record<string, string>) {
  const found: Record<string, string> = {};
  for (const { action, attempt, outcome, detail, ...at } of attempts) {
    if (at.where !== where) continue;
    const names =
      attempt === ""
        ? Object.keys(wanted).filter((name) => name.startsWith(`${action}: `))
        : [`${action}: ${attempt.replaceAll("-", " ")}`];
    // What it got helps whoever has to find out why.
    for (const name of names) found[name] = wanted[name] === outcome ? outcome : `${outcome}: ${detail}`;
  }
  return found;
}

async function played(level: string, uid: number | undefined) {
  const dataDir = mkdtempSync(join(tmpdir(), "rota-escape-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  chmodSync(dataDir, 0o711);
  if (uid !== undefined) chownSync(dataDir, uid, uid);
  // A Python that every user can start.
  const python = existsSync("/usr/bin/python3") ? { ROTA_PYTHON: "/usr/bin/python3" } : {};
  const child = spawn(process.execPath, [play, dataDir, level], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, HOME: dataDir, SECRET_OF_THE_SERVER: "hidden", ...python },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const closed = once(child, "close");
  const lines: unknown[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line));
  expect((await closed)[0]).toBe(0);
  const [machine, ...attempts] = lines;
  return { ...(machine as { level: string; missing: string[] }), attempts: attempts as Attempted[] };
}
