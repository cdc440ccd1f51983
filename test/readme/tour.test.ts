import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyOfClone } from "../package/copy-of-clone.ts";
import { consoleBlocks, type Shown } from "./console-blocks.ts";
import { normalised, sameOutput } from "./same-output.ts";
import { Shell } from "./shell.ts";

/*
 * The README's tour, as a newcomer does it: in a fresh clone, every command in order, each compared with
 * what the page shows. Only the test command itself is left out.
 */

const tour = consoleBlocks(readFileSync("README.md", "utf8")).filter(({ command }) => command !== "npm test");
const startsServer = ({ command }: Shown) => command.endsWith("npm start");

let root: string;
let clone: string;
let shell: Shell;
let server: ChildProcess | undefined;
let env: NodeJS.ProcessEnv;
let exportLine = "";

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "rota-readme-"));
  clone = join(root, "clone");
  mkdirSync(clone);
  mkdirSync(join(root, "home"));
  copyOfClone(clone, { modules: false });
  const port = await freePort();
  env = {
    ...inherited(),
    HOME: join(root, "home"),
    NO_COLOR: "1",
    ROTA_PORT: String(port),
    ROTA_SERVER: `http://127.0.0.1:${port}`,
    // npm's settings and cache stay the machine's own, though the home is another.
    npm_config_userconfig: npmConfig("userconfig"),
    npm_config_cache: npmConfig("cache"),
    npm_config_prefer_offline: "true",
    npm_config_loglevel: "error",
    npm_config_audit: "false",
    npm_config_fund: "false",
    ...Object.fromEntries(
      ["AUTHOR", "COMMITTER"].flatMap((who) => [
        [`GIT_${who}_NAME`, "Ada"],
        [`GIT_${who}_EMAIL`, "ada@example.org"],
      ]),
    ),
  };
  const git = (...args: string[]) => execFileSync("git", args, { cwd: clone, env });
  git("init", "--quiet", "--initial-branch", "main");
  git("add", ".");
  git("commit", "--quiet", "-m", "The clone");
  shell = new Shell(clone, env);
}, 120_000);

afterAll(async () => {
  await shell?.close();
  if (server !== undefined) await stopped(server);
  rmSync(root, { recursive: true, force: true });
}, 240_000);

/** As Ctrl-C in its terminal; whoever does not go within a minute is made to. */
async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const group = -child.pid;
  const ended = new Promise((done) => child.once("exit", done));
  const late = setTimeout(() => process.kill(group, "SIGKILL"), 60_000);
  process.kill(group, "SIGINT");
  await ended;
  clearTimeout(late);
}

describe.sequential("the README's tour", () => {
  it("is long enough to be one", () => expect(tour.length).toBeGreaterThan(10));

  for (const shown of tour)
    it(`README.md:${shown.line}: $ ${shown.command}`, { timeout: 400_000 }, async () => {
      const actual = startsServer(shown) ? await start(shown) : await shell.run(typed(shown.command));
      const [page, told] = [normalised(shown.output.join("\n")), normalised(actual)];
      // Equal arrays when they are the same; else the difference is what the failure shows.
      expect(sameOutput(page, told) ? page : told).toEqual(page);
    });
});

const npmConfig = (key: string): string =>
  execFileSync("npm", ["config", "get", key, "--loglevel=error"], { encoding: "utf8" }).trim();

/** This environment, without what says that a test or an npm script is running. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(ROTA_|VITEST|NODE_ENV|GIT_|npm_(?!config_))/.test(name),
    ),
  );

/** Placeholders of the page that only this start of the server can fill. */
const typed = (command: string): string => (command.startsWith("export ROTA_TOKEN=") ? exportLine : command);

/** Starts the server in the background; what it printed until its last line of advice. */
function start({ command, output }: Shown): Promise<string> {
  const last = output.filter((line) => line.trim() !== "").at(-1) ?? "";
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-c", command], { cwd: clone, env, detached: true });
    server = child;
    let text = "";
    const take = (chunk: Buffer) => {
      text += chunk.toString("utf8");
      exportLine = /^ *(export ROTA_TOKEN=\S+)$/m.exec(text)?.[1] ?? exportLine;
      if (normalised(text).includes(normalised(last)[0] ?? "")) resolve(text);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("exit", (code) => reject(new Error(`it ended with ${code}:\n${text}`)));
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
