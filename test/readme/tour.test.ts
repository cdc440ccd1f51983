import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyOfClone } from "../package/copy-of-clone.ts";
import { consoleBlocks, type Shown } from "./console-blocks.ts";
import { freePort, inherited, PageServer } from "./page-server.ts";
import { normalised, sameOutput } from "./same-output.ts";
import { Shell } from "./shell.ts";

/*
 * The README's tour, as a newcomer does it: in a fresh clone, every command in order, each compared with
 * what the page shows. Only the test command itself is left out.
 */

const tour = consoleBlocks(readFileSync("README.md", "utf8")).filter(({ command }) => command !== "npm test");
/** The run that `rota approvals` shows. */
const asked = (said: string): string | undefined => /^(\w{27}) .* 0 of 1 until /m.exec(said)?.[1];
const startsServer = ({ command }: Shown) => command.endsWith("npm start");

let root: string;
let clone: string;
let shell: Shell;
let server: PageServer;
let env: NodeJS.ProcessEnv;
let waiting = "";

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
  // What the samples ask at the server's own address, they ask at this server's.
  const project = join(clone, "rota.yaml");
  writeFileSync(project, readFileSync(project, "utf8").replaceAll(":5090", `:${port}`));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: clone, env });
  git("init", "--quiet", "--initial-branch", "main");
  git("add", ".");
  git("commit", "--quiet", "-m", "The clone");
  shell = new Shell(clone, env);
  server = new PageServer(clone, env);
}, 120_000);

afterAll(async () => {
  await shell?.close();
  await server?.stop();
  rmSync(root, { recursive: true, force: true });
}, 240_000);

describe.sequential("the README's tour", () => {
  it("is long enough to be one", () => expect(tour.length).toBeGreaterThan(10));

  for (const shown of tour)
    it(`README.md:${shown.line}: $ ${shown.command}`, { timeout: 400_000 }, async () => {
      const actual = startsServer(shown) ? await server.start(shown) : await shell.run(typed(shown.command));
      waiting = asked(actual) ?? waiting;
      expect(server.ended).toBeUndefined();
      const [page, told] = [normalised(shown.output.join("\n")), normalised(actual)];
      // Equal arrays when they are the same; else the difference is what the failure shows.
      expect(sameOutput(page, told) ? page : told).toEqual(page);
    });
});

const npmConfig = (key: string): string =>
  execFileSync("npm", ["config", "get", key, "--loglevel=error"], { encoding: "utf8" }).trim();

/** Placeholders of the page that only this start of the server can fill. */
const typed = (command: string): string =>
  command.startsWith("export ROTA_TOKEN=")
    ? server.exportLine
    : started(command.replace(/\b\w{27}\b/g, () => waiting));

let seen = false;
/**
 * After the first, what npx starts is started without it, as npx takes longer than the command; told that it was, so
 * that the commands that it names are those of the page.
 */
function started(command: string): string {
  const alone = "npm_lifecycle_event=npx node_modules/.bin/rota ";
  const direct = seen ? command.replaceAll("npx rota ", alone) : command;
  seen ||= command.includes("npx rota ");
  return direct;
}
