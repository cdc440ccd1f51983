import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { zipFileName } from "../src/core/bundle/zip-file-name.ts";
import type { DesiredItem } from "../src/core/plan/plan.ts";
import { loadRepository } from "../src/sync/index.ts";
import { type Bench, interleaved, percentile, program, type Row } from "./row.ts";

const main = resolve("dist/cli/main.js");
const scope = "bench";

/**
 * `rota plan` of a git repository with one action changed, as a whole program, against `git status` of
 * the same folder; the server is a list from memory. Cold: nothing is known from an earlier plan.
 */
export const rows: Bench = async () => {
  const measured: Row[] = [];
  for (const count of [1_000, 10_000]) measured.push(...(await measure(count)));
  return measured;
};

async function measure(count: number): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "rota-bench-plan-"));
  const live = new LiveList();
  try {
    fill(folder, count);
    const desired = await loadRepository(folder, { worktree: false, environment: undefined });
    await desired.close();
    live.put(desired.items);
    const address = await live.listen();
    change(folder, "action_7");
    const memory: number[] = [];
    const plan = async () => {
      memory.push(await runPlan(folder, address));
    };
    const status = () => program("git", ["status", "--porcelain"], { cwd: folder });
    const cold = await interleaved(
      count > 1_000 ? 3 : 8,
      async () => {
        rmSync(join(folder, ".git/rota"), { recursive: true, force: true });
        await plan();
      },
      status,
    );
    memory.length = 0;
    live.lists = 0;
    const warm = await interleaved(15, plan, status);
    const lists = live.lists / memory.length;
    const megabytes = Math.round(percentile(memory, 0.5) / 1024);
    const notes = `${lists} list request, ${megabytes} MB at most`;
    const floor = "git status";
    return [
      { what: `rota plan, ${count} actions, 1 changed, cold`, floor, ...cold, aim: undefined },
      { what: `rota plan, ${count} actions, 1 changed, warm`, floor, ...warm, aim: 3, notes },
    ];
  } finally {
    await live.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the program to its end and answers its largest resident size in kB. */
async function runPlan(folder: string, address: string): Promise<number> {
  const report = join(folder, ".git", "max-rss");
  const onExit = `process.on("exit",()=>fs.writeFileSync(${JSON.stringify(report)},String(process.resourceUsage().maxRSS)))`;
  const hook = `data:text/javascript,import fs from "node:fs";${encodeURIComponent(onExit)}`;
  const flags = ["--max-semi-space-size=8"]; // as bin/rota starts it
  const child = spawn(process.execPath, [...flags, "--import", hook, main, "plan", "--server", address], {
    cwd: folder,
    env: { ...process.env, ROTA_TOKEN: "bench", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const code = await new Promise((ended) => child.once("close", ended));
  if (code !== 0 || !said.includes("Plan: 1 to update."))
    throw new Error(`rota plan ended with ${code}: ${said}`);
  return Number(readFileSync(report, "utf8"));
}

/** What a server answers to a plan of what it applied before, from memory. */
class LiveList {
  lists = 0;
  #list = "[]";
  #syncs = "{}";
  readonly #actions = new Map<string, string>();
  readonly #server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://x").pathname.replace("/api/default", "");
    if (path === "/actions") this.lists++;
    const answers: Record<string, string> = {
      "/actions": this.#list,
      "/service_accounts": '{"data":[]}',
      "/providers": '{"items":[]}',
      "/syncs": this.#syncs,
    };
    response
      .setHeader("content-type", "application/json")
      .end(answers[path] ?? this.#actions.get(path) ?? "{}");
  });

  put(items: readonly DesiredItem[]): void {
    const listed = items.map(({ name, digest, code = "", protect, fields }) => {
      const item = {
        ...{
          id: `id_${name}`,
          name,
          digest,
          code_digest: code,
          protect,
          managed_by: scope,
          etag: digest.slice(0, 16),
        },
        ...{
          created_at: 1,
          last_run_at: 1,
          last_successful_at: null,
          created_by: "bench@example.com",
          version: 1,
        },
        ...{
          status: "Ready",
          execution_details_type: "repeat",
          type: "scheduled",
          enabled: true,
          description: "",
        },
        zip_file_name: zipFileName(name, code),
      };
      this.#actions.set(`/actions/${item.id}`, JSON.stringify({ ...item, action: fields }));
      return item;
    });
    this.#list = JSON.stringify(listed);
    const applied = {
      ...{ generation: 1, scope, commit: null, plan_id: "0".repeat(64), actor: "bench@example.com", at: 1 },
      items: listed.map(({ id, name, digest }) => ({ kind: "action", name, id, digest })),
    };
    this.#syncs = JSON.stringify({ applied, history: [] });
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

function fill(folder: string, count: number): void {
  writeFileSync(join(folder, "rota.yaml"), `scope: ${scope}\n`);
  for (let index = 0; index < count; index++) {
    const action = join(folder, "actions", `action_${index}`);
    mkdirSync(action, { recursive: true });
    writeFileSync(join(action, "action.yaml"), manifest(index));
    writeFileSync(join(action, "main.py"), `def main():\n    print("action ${index}")\n`);
  }
  program("git", ["init", "-q"], { cwd: folder });
  commit(folder);
}

const manifest = (minute: number): string =>
  [
    "type: scheduled",
    "description: Checks something and says what it found",
    `schedule: { cron: "${minute % 60} * * * *" }`,
    "serviceAccount: runner@example.com",
    "env: { LEVEL: info, TARGET: https://service.example.com }",
    "",
  ].join("\n");

function change(folder: string, name: string): void {
  writeFileSync(join(folder, "actions", name, "action.yaml"), `${manifest(7)}timeout: 20m\n`);
  commit(folder);
}

function commit(folder: string): void {
  const who = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"];
  program("git", ["add", "-A"], { cwd: folder });
  program("git", [...who, "commit", "-q", "-m", "Fill"], { cwd: folder });
}
