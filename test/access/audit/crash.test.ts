import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openAuditKeys } from "../../../src/access/audit/audit-keys.ts";
import { sealAudit } from "../../../src/access/audit/seal-audit.ts";
import { verifyAudit } from "../../../src/access/audit/verify-audit.ts";
import { sealWith } from "../../../src/access/secrets/seal.ts";
import { soak } from "../../samples.ts";
import { storeOnThisThread } from "../../store/on-this-thread.ts";

const rounds = soak ? 30 : 3;
const key = "c3".repeat(32);

/** Acknowledged until the kill, which comes after some of them, and wherever the process is then. */
async function writeAndKill(path: string, some: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "write-audited.ts"), path, key], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    told += text;
    if (told.length > some * 37) child.kill("SIGKILL");
  });
  await once(child, "close");
  return told.split("\n").filter((line) => line.length === 36);
}

it(`a change and its entry are both there or neither, and the chain goes on, after ${rounds} kill -9`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "rota-audit-crash-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "rota.db");
  const acknowledged: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    acknowledged.push(...(await writeAndKill(path, 40 * round)));
    const store = storeOnThisThread(path);
    const keys = await openAuditKeys(store.audit, sealWith(Buffer.from(key, "hex"), "audit key"), 1);
    const roles = await store.access.listRoles({ organization: "default" });
    const entries = await store.audit.rows({ after: 0, limit: 1_000_000 });
    expect(entries.map(({ object }) => object).sort()).toEqual(roles.map((name) => `role:${name}`).sort());
    expect(roles).toEqual(expect.arrayContaining(acknowledged));
    expect(keys.all.size).toBe(1);
    expect((await verifyAudit(store.audit, keys, undefined)).problems).toEqual([]);
    await sealAudit(store.audit, keys.current, 2);
    expect(await verifyAudit(store.audit, keys, undefined)).toMatchObject({ problems: [], unsealed: 0 });
    await store.close();
  }
  expect(acknowledged.length).toBeGreaterThan(100);
}, 120_000);
