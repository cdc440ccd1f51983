import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connectOpenObserve } from "../../../src/server/openobserve/connect.ts";

const caller = { authorization: undefined };
const ask = { organization: "default", stream: "s", records: { n: 1 }, caller };

test("without an address records go to the stand-in's file, with one to that server", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rota-connect-"));
  const common = { authorization: undefined, path: join(folder, "streams.db"), now: Date.now };
  const local = await connectOpenObserve({ ...common, url: undefined });
  expect((await local.ingest(ask)).status).toEqual([{ name: "s", successful: 1, failed: 0 }]);
  await local.stop();
  await local.stop();
  await expect(local.ingest(ask)).rejects.toMatchObject({ status: 503 });
  const remote = await connectOpenObserve({ ...common, url: "http://127.0.0.1:1" });
  await expect(remote.ingest(ask)).rejects.toMatchObject({ status: 502 });
  await rm(folder, { recursive: true });
});
