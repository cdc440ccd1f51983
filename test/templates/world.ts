import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import type { Provider } from "../../src/core/action/provider.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { StepRun } from "../../src/core/runbook/step-run.ts";
import type { SshTarget } from "../../src/runs/ports/executor.ts";
import { readGallery } from "../../src/sync/index.ts";
import { type Ended, realWorld } from "../runs/runbook/real-world.ts";

const here = "this-machine";
const remote = "remote";

/** A run that has ended, and its steps by id. */
export interface Done extends Ended {
  readonly step: Readonly<Record<string, StepRun | undefined>>;
}

/** A run that goes on. */
interface Begun {
  cancel(): Promise<void>;
  done(): Promise<Done>;
}

/**
 * Runs templates as they are shipped, at this machine itself (a provider of kind host), in the sandbox, or at a machine
 * that is reached over ssh.
 */
export function templateWorld(ssh?: () => SshTarget) {
  const providers: Readonly<Record<string, () => Provider>> = {
    [here]: () => ({ kind: "host", user: userInfo().username }),
    ...(ssh && { [remote]: () => ({ ...ssh(), kind: "ssh", key: { secret: "key" }, jump: undefined }) }),
  };
  const world = realWorld({
    providers: {
      find: async (_organization, name) => {
        const provider = providers[name]?.();
        return provider && { name, provider, digest: "0".repeat(64) };
      },
    },
    secrets: { values: async () => ({ values: new Map([["key", ssh?.().key ?? ""]]), missing: [] }) },
  });
  const begin = async (
    provider: string,
    title: string,
    parameters: JsonObject,
    more = "",
  ): Promise<Begun> => {
    const templates = (await readGallery()).flatMap((group) => group.templates);
    const found = templates.find((template) => template.title === title);
    if (found === undefined) throw new Error(`there is no template ${title}`);
    // The only change: nobody has to wait between two attempts.
    const manifest = found.manifest.replaceAll(/delay: \d+s/g, "delay: 20ms") + more;
    const started = await world.start(await world.place("try", manifest, found.files), {
      provider,
      ...parameters,
    });
    const ref = { organization: "default", run: started.id };
    return {
      cancel: async () => void (await world.service().cancelRun({ ...ref, actor: "a@example.com" })),
      async done() {
        const ended = await world.ended(started);
        const steps = found.action.steps.map(({ id }, at) => [id, ended.steps[at]] as const);
        return { ...ended, step: Object.fromEntries(steps) };
      },
    };
  };
  /** `more`: lines that a person adds to the manifest of a copy. */
  const at = (provider: string) => async (title: string, parameters: JsonObject, more?: string) =>
    (await begin(provider, title, parameters, more)).done();
  return {
    atHost: at(here),
    inSandbox: at("local"),
    overSsh: at(remote),
    beginAtHost: (title: string, parameters: JsonObject) => begin(here, title, parameters),
  };
}

/** States by the ids of steps. */
export const byStep = ({ step }: Done): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(step).map(([id, one]) => [id, one?.state]));

export const said = ({ log }: Ended): string => log.join("\n");

/** A folder that is gone after the test; its path has no link in it, and letters only that every parameter takes. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "rota-template-"));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts a program that is ended after the test; answers its first line. */
export async function background(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => end(child));
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error(`${program} ended without a word`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await ended;
}

const file = (name: string) => join(import.meta.dirname, name);

/** A service under a supervisor: real processes, asked by the program `control`. */
export async function supervised(name = "web") {
  const folder = emptyFolder();
  const port = await freePort();
  const command = ["python3", file("service.py"), String(port), folder];
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ command }));
  const control = join(folder, "control");
  writeFileSync(control, `#!/bin/sh\nexec python3 '${file("supervisor.py")}' ask '${folder}' "$@"\n`, {
    mode: 0o755,
  });
  await background("python3", [file("supervisor.py"), "serve", folder]);
  const mark = (what: "broken" | "sick") => join(folder, what);
  return {
    folder,
    parameters: { service: name, manager: "program", control },
    url: `http://127.0.0.1:${port}/health`,
    logFile: join(folder, "service.log"),
    log: () =>
      existsSync(join(folder, "service.log")) ? readFileSync(join(folder, "service.log"), "utf8") : "",
    make: (what: "broken" | "sick") => writeFileSync(mark(what), ""),
    heal: () => rmSync(mark("sick"), { force: true }),
  };
}
