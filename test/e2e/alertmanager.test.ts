import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Remote } from "../executor/ssh/remote.ts";
import { servers } from "../executor/ssh/servers.ts";
import { freePort, inherited, PageServer } from "../readme/page-server.ts";
import { pageSteps } from "../readme/page-steps.ts";
import { normalised, sameOutput } from "../readme/same-output.ts";
import { Shell } from "../readme/shell.ts";
import { alertmanagerTools } from "./alertmanager-tools.ts";
import { Background } from "./background.ts";

/*
 * The guide of Alertmanager, as somebody follows it: every file written, every command typed, in order, against a real
 * server, a real ssh server and a real Alertmanager. Where this machine has none of the last, what it sends is sent as
 * it was recorded.
 */

const page = "docs/guide/alertmanager.md";
const text = readFileSync(page, "utf8");
const steps = pageSteps(text);
const kind = servers.find(({ missing }) => missing === undefined);
const tools = alertmanagerTools();
/** The run that `rota approvals` shows. */
const runOf = (said: string): string | undefined => /^(\w{27}) +free_room /m.exec(said)?.[1];
const signed = /signature=([A-Za-z0-9_-]{43})\b/;

let root: string;
let remote: Remote;
let shell: Shell;
let server: PageServer;
const others: Background[] = [];
/** What the page says, and what is meant by it here; the longer first. */
const meant: (readonly [page: string, here: string])[] = [];
/** The run that the page's run is here. */
let run = "";
let env: NodeJS.ProcessEnv;

/** Old logs and new ones, on the machine that the page calls web-1. */
function fillLogs(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const old = new Date(Date.now() - 10 * 86_400_000);
  for (const name of ["shop.log", "shop.log.1.gz", "shop.log.2.gz", "shop.log.3.gz"]) {
    writeFileSync(join(folder, name), name);
    if (/[23]/.test(name)) utimesSync(join(folder, name), old, old);
  }
}

/** A program that is typed under this name. */
function named(name: string, command: string): void {
  const file = join(root, "bin", name);
  writeFileSync(file, `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(file, 0o755);
}

async function begin(): Promise<void> {
  root = mkdtempSync(join(tmpdir(), "rota-alerts-"));
  const [ops, srv] = [join(root, "ops"), join(root, "srv")];
  for (const folder of [ops, join(root, "bin"), join(root, "home")]) mkdirSync(folder);
  fillLogs(join(srv, "logs"));
  remote = await kind!.start();
  const { target } = remote;
  writeFileSync(join(root, "web1.key"), target.key, { mode: 0o600 });
  named("rota", `"${process.execPath}" "${resolve("src/cli/main.ts")}"`);
  named("alertmanager", `"${tools?.alertmanager}"`);
  named("amtool", `"${tools?.amtool}"`);
  const [rota, chat, alertmanager] = [await freePort(), await freePort(), await freePort()];
  const hostKey = /hostKey: "([^"]+)"/.exec(text)?.[1] ?? "";
  meant.push(
    ["ssh ops@web-1.example.com ", ""], // the reader's own way there
    [hostKey, target.hostKey],
    ["127.0.0.1:5090", `127.0.0.1:${rota}`],
    ["127.0.0.1:9093", `127.0.0.1:${alertmanager}`],
    ["127.0.0.1:8099", `127.0.0.1:${chat}`],
    ['"127.0.0.1", 8099', `"127.0.0.1", ${chat}`],
    ["host: web-1.example.com", `host: ${target.host}`],
    ["port: 2222", `port: ${target.port}`],
    ["user: ops", `user: ${target.user}`],
    ["/srv/", `${srv}/`],
  );
  env = {
    ...inherited(),
    HOME: join(root, "home"),
    PATH: `${join(root, "bin")}:${process.env.PATH}`,
    NO_COLOR: "1",
    ROTA_PORT: String(rota),
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.org",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.org",
  };
  shell = new Shell(ops, env);
  server = new PageServer(ops, env);
}

async function end(): Promise<void> {
  for (const other of others) await other.stop();
  await shell?.close();
  await server?.stop();
  await remote?.end();
  rmSync(root, { recursive: true, force: true });
}

const here = (said: string): string =>
  meant.reduce((made, [one, other]) => made.replaceAll(one, other), said);

/** What was told, as the page has it. */
function told(said: string): string {
  const { host, port, user, hostKey } = remote.target;
  const names: (readonly [string, string])[] = [
    ...meant
      .filter(([one]) => one.startsWith("127.") || one.length === 43)
      .map(([one, other]) => [other, one] as const),
    [hostKey, meant[1]![0]],
    [`${user}@${host}:${port}`, "ops@web-1.example.com:2222"],
    [`"${host}"`, '"web-1.example.com"'],
    [`"${user}"`, '"ops"'],
    [join(root, "srv"), "/srv"],
  ];
  return names
    .reduce((made, [one, other]) => made.replaceAll(one, other), said)
    .replace(new RegExp(`(port +)${port}\\b`, "g"), "$12222");
}

/** With the run's id as it is here. */
function typed(command: string): string {
  if (command.startsWith("export ROTA_TOKEN=")) return server.exportLine;
  return here(command).replace(/\b\w{27}\b/g, (id) => (id === runOf(text) ? run : id));
}

/** Waits for something that comes by itself, a minute at most. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    for (const { ended } of others) if (ended !== undefined) throw new Error(ended);
    if (await Promise.resolve(holds()).catch(() => false)) return;
    await new Promise((again) => setTimeout(again, 200));
  }
}

const ask = (path: string) => {
  const token = /ROTA_TOKEN=(\S+)$/.exec(server.exportLine)?.[1] ?? "";
  const headers = { authorization: `Basic ${token}` };
  return fetch(here(`http://127.0.0.1:5090/api/default/${path}`), { headers });
};
const alertRuns = async (): Promise<number> =>
  ((await (await ask("runs?trigger=alert")).json()) as { items: unknown[] }).items.length;

/** What the reader does in a terminal of its own, for as long as the page lasts. */
async function stay(command: string): Promise<string> {
  const isAlertmanager = command.startsWith("alertmanager ");
  if (isAlertmanager && tools === undefined) return "";
  others.push(new Background(here(command), join(root, "ops"), env));
  if (isAlertmanager) await until(async () => (await fetch(here("http://127.0.0.1:9093/-/ready"))).ok);
  return "";
}

/** An alert, by Alertmanager or as it was recorded; what it starts is there afterwards. */
async function alert(command: string): Promise<string> {
  const before = await alertRuns();
  const said = tools === undefined ? await sendRecorded() : await shell.run(typed(command));
  await until(async () => (await alertRuns()) > before);
  return said;
}

/** To the signed address, as Alertmanager does. */
async function sendRecorded(): Promise<string> {
  const recorded = readFileSync("test/fixtures/alerts/alertmanager/disk-full.json", "utf8");
  const { status } = await fetch(here(/ url: (http\S+)/.exec(text)?.[1] ?? ""), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: here(recorded),
  });
  return status === 200 ? "" : `${status}`;
}

async function outputOf(step: { command: string; output: readonly string[]; line: number }): Promise<string> {
  const { command, output } = step;
  if (command === "rota serve") return server.start(step);
  if (/^(alertmanager|python3) /.test(command)) return stay(command);
  if (command.startsWith("amtool ")) return alert(command);
  const [, shown] = /^cat (\S+)$/.exec(command) ?? [];
  if (shown !== undefined) {
    const file = join(root, "ops", shown);
    await until(() => readFileSync(file, "utf8").trim().split("\n").length >= output.length);
  }
  return shell.run(typed(command));
}

describe.skipIf(kind === undefined)("the guide of Alertmanager", () => {
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
      it(`${page}:${step.line}: $ ${step.command}`, { timeout: 120_000 }, async () => {
        const actual = await outputOf(step);
        run = runOf(actual) ?? run;
        const [signature, real] = [signed.exec(text)?.[1], signed.exec(actual)?.[1]];
        if (signature !== undefined && real !== undefined) meant.push([signature, real]);
        expect(server.ended).toBeUndefined();
        const [shown, said] = [normalised(step.output.join("\n")), normalised(told(actual))];
        expect(sameOutput(shown, said) ? shown : said).toEqual(shown);
      });
});
