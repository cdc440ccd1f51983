import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const source = new URL("../../../../src/server/openobserve/", import.meta.url).pathname;

/** A server that starts a query without an end and says so. */
const program = `
  import { startStandIn } from ${JSON.stringify(`${source}stand-in.ts`)};
  const caller = { authorization: undefined };
  const standIn = await startStandIn({ path: process.argv[2], keep: 1e9, mostBytes: 1e9, now: Date.now });
  const records = Array.from({ length: 500 }, (_, n) => ({ n }));
  await standIn.ingest({ organization: "default", stream: "s", records, caller });
  const sql = "SELECT count(*) FROM s a, s b, s c, s d, s e";
  standIn.search({ organization: "default", body: { query: { sql } }, type: "logs", streams: ["s"], caller });
  setTimeout(() => console.log("searching"), 500);
`;

/** Processes whose command line has a text. */
async function processes(text: string): Promise<string[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")));
  return ids.filter(
    (id, index) =>
      lines[index]!.includes(text) && lines[index]!.includes("search-process") && id !== String(process.pid),
  );
}

test.skipIf(process.platform !== "linux")("a query ends with its server, even after kill -9", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rota-orphan-"));
  await writeFile(join(folder, "server.mjs"), program);
  const server = spawn(process.execPath, [join(folder, "server.mjs"), join(folder, "streams.db")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => server.stdout.once("data", resolve));
  expect(await processes(folder)).toHaveLength(1);
  server.kill("SIGKILL");
  await expect.poll(() => processes(folder), { timeout: 20_000 }).toEqual([]);
  await rm(folder, { recursive: true });
});
