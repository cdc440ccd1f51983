import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, globSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { emptyFolder } from "./world.ts";

/** The folder of PostgreSQL's programs, the newest; undefined: this machine has no server of it. */
export const programs: string | undefined = [
  ...(process.env.PATH ?? "").split(":"),
  ...globSync("/usr/lib/postgresql/*/bin").toSorted().toReversed(),
  ...globSync("/opt/homebrew/opt/postgresql@*/bin").toSorted().toReversed(),
].find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));

/** Nobody: PostgreSQL refuses to run as root. */
const nobody = 65534;

/** A PostgreSQL of its own on a socket, gone after the test. */
export async function postgresql() {
  const folder = emptyFolder();
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of [folder, data]) chownSync(path, nobody, nobody);
  const as = isRoot ? { uid: nobody, gid: nobody } : {};
  const env = { ...process.env, LC_ALL: "C" };
  const program = (name: string) => join(programs ?? "", name);
  execFileSync(program("initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"], {
    ...as,
    env,
    cwd: folder,
    stdio: "pipe",
  });
  const settings = ["listen_addresses=", "fsync=off", "shared_buffers=16MB"].flatMap((one) => ["-c", one]);
  const server = spawn(program("postgres"), ["-D", data, "-k", folder, ...settings], {
    ...as,
    env,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => stopped(server));
  await ready(server);
  const connection = ["-h", folder, "-U", "postgres"];
  // Those who ask it are found as a step finds them.
  const run = (name: string, ...args: string[]) =>
    execFileSync(name, [...connection, ...args], { env, encoding: "utf8", stdio: "pipe" });
  return {
    folder,
    run,
    query: (database: string, sql: string) =>
      run("psql", "-X", "-A", "-t", "-d", database, "-c", sql).trim().split("\n"),
  };
}

async function ready(server: ChildProcess): Promise<void> {
  const lines = [];
  for await (const line of createInterface({ input: server.stderr! })) {
    lines.push(line);
    if (line.includes("ready to accept connections")) {
      server.stderr!.resume();
      return;
    }
  }
  throw new Error(`PostgreSQL did not start:\n${lines.join("\n")}`);
}

async function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((done) => server.once("exit", done));
  // At once, without a checkpoint.
  server.kill("SIGQUIT");
  await ended;
}
