import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Bench, interleaved, program } from "./row.ts";

const main = resolve("dist/cli/main.js");
const node = process.execPath;
const nothing = () => program(node, ["-e", "0"]);

/** How long a person waits for nothing: the program's start, against Node's own. */
export const rows: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), "rota-bench-start-"));
  try {
    program(node, [main, "-C", folder, "init"]);
    const version = await interleaved(40, () => program(node, [main, "--version"]), nothing);
    const launcher = await interleaved(40, () => program("bin/rota", ["--version"]), nothing);
    const help = await interleaved(20, () => program(node, [main, "--help"]), nothing);
    const validate = await interleaved(20, () => program(node, [main, "-C", folder, "validate"]), nothing);
    const server = await interleaved(10, () => serverStart(folder), nothing);
    const floor = "node -e 0";
    return [
      { what: "rota --version", floor, ...version, aim: 2 },
      { what: "rota --version through bin/rota of a clone", floor, ...launcher, aim: undefined },
      { what: "rota --help", floor, ...help, aim: undefined },
      { what: "rota validate, 1 action", floor, ...validate, aim: 3 },
      { what: "server start to first /healthz, empty data folder", floor, ...server, aim: undefined },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** From spawn to the first answer of /healthz. */
async function serverStart(folder: string): Promise<void> {
  const port = await freePort();
  const data = mkdtempSync(join(folder, "data-"));
  const child = spawn(node, [main, "serve"], {
    cwd: folder,
    stdio: "ignore",
    env: { ...process.env, ROTA_PORT: String(port), ROTA_DATA: data },
  });
  const ended = new Promise((done) => child.once("exit", done));
  try {
    await answered(`http://127.0.0.1:${port}/healthz`);
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

async function answered(url: string): Promise<void> {
  for (let left = 5_000; left > 0; left--) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((done) => setTimeout(done, 2));
  }
  throw new Error(`${url} never answered`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
