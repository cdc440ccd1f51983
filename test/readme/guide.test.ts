import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Remote } from "../executor/ssh/remote.ts";
import { servers } from "../executor/ssh/servers.ts";
import { entry } from "../program.ts";
import { freePort, inherited, PageServer } from "./page-server.ts";
import { pageSteps } from "./page-steps.ts";
import { normalised, sameOutput } from "./same-output.ts";
import { Shell } from "./shell.ts";

/*
 * The guide of runbooks, as somebody follows it: every file written, every command typed, in order, against a real
 * server and a real ssh server. What the page calls web-1.example.com is this machine's ssh server.
 */

const page = "docs/guide/runbook.md";
const steps = pageSteps(readFileSync(page, "utf8"));
const kind = servers.find(({ missing }) => missing === undefined);

let root: string;
let remote: Remote;
let shell: Shell;
let server: PageServer;
/** What the page says, and what is meant by it here; the longer first. */
let meant: readonly (readonly [page: string, here: string])[];
/** Ids of runs in the order in which they were told. */
const runs: string[] = [];

async function begin(): Promise<void> {
  root = mkdtempSync(join(tmpdir(), "rota-guide-"));
  const [ops, bin, srv] = ["ops", "bin", "srv"].map((name) => join(root, name)) as [string, string, string];
  for (const folder of [ops, bin, join(root, "home"), join(srv, "site", "images")])
    mkdirSync(folder, { recursive: true });
  for (const file of ["index.html", "style.css", "images/logo.svg"])
    writeFileSync(join(srv, "site", file), file);
  remote = await kind!.start();
  const { target } = remote;
  writeFileSync(join(root, "web1.key"), target.key, { mode: 0o600 });
  writeFileSync(join(bin, "rota"), `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`);
  chmodSync(join(bin, "rota"), 0o755);
  const port = await freePort();
  const hostKey = /hostKey: "([^"]+)"/.exec(readFileSync(page, "utf8"))?.[1] ?? "";
  meant = [
    ["ssh ops@web-1.example.com ", ""], // the reader's own way there
    [hostKey, target.hostKey],
    ["http://127.0.0.1:5090", `http://127.0.0.1:${port}`],
    ["ops@web-1.example.com:2222", `${target.user}@${target.host}:${target.port}`],
    ["web-1.example.com", target.host],
    ["port: 2222", `port: ${target.port}`],
    ["user: ops", `user: ${target.user}`],
    ["/srv/", `${srv}/`],
  ];
  const env = {
    ...inherited(),
    HOME: join(root, "home"),
    PATH: `${bin}:${process.env.PATH}`,
    NO_COLOR: "1",
    ROTA_PORT: String(port),
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.org",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.org",
  };
  shell = new Shell(ops, env);
  server = new PageServer(ops, env);
}

async function end(): Promise<void> {
  await shell?.close();
  await server?.stop();
  await remote?.end();
  rmSync(root, { recursive: true, force: true });
}

const here = (text: string): string =>
  meant.reduce((made, [one, other]) => made.replaceAll(one, other), text);

/** What was told, as the page has it. */
function told(text: string): string {
  const { host, port, user, hostKey } = remote.target;
  const names: [string, string][] = [
    [hostKey, meant[1]![0]],
    [`${user}@${host}:${port}`, "ops@web-1.example.com:2222"],
    [`"${host}"`, '"web-1.example.com"'],
    [`"${user}"`, '"ops"'],
    [join(root, "srv"), "/srv"],
  ];
  return names
    .reduce((made, [one, other]) => made.replaceAll(one, other), text)
    .replace(new RegExp(`(port +)${port}\\b`, "g"), "$12222");
}

/** The page's first run is the first that was told here, and so on. */
function typed(command: string): string {
  if (command.startsWith("export ROTA_TOKEN=")) return server.exportLine;
  const known = [...readFileSync(page, "utf8").matchAll(/^run (\w{27}) of /gm)].map(([, id = ""]) => id);
  return here(command).replace(/\b\w{27}\b/g, (id) => runs[known.indexOf(id)] ?? id);
}

describe.skipIf(kind === undefined)("the guide of runbooks", () => {
  beforeAll(begin, 120_000);
  afterAll(end, 120_000);

  for (const step of steps)
    if ("path" in step)
      it(`has the file ${step.path}`, () => {
        const file = join(root, "ops", step.path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, here(step.text));
      });
    else
      it(`${page}:${step.line}: $ ${step.command}`, { timeout: 240_000 }, async () => {
        const isServer = step.command === "rota serve";
        const actual = isServer ? await server.start(step) : await shell.run(typed(step.command));
        runs.push(...[...actual.matchAll(/^run (\w{27}) of /gm)].map(([, id = ""]) => id));
        expect(server.ended).toBeUndefined();
        const [shown, said] = [normalised(step.output.join("\n")), normalised(told(actual))];
        expect(sameOutput(shown, said) ? shown : said).toEqual(shown);
      });
});
