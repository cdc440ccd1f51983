import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { createServer, readSettings, type Server } from "../../../src/server/index.ts";
import { basic, wireClient } from "./client.ts";
import { openSuite, type WireSuite, wireChecks } from "./suite.ts";

let folder: string;
let server: Server;
let suite: WireSuite;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rota-wire-"));
  const env = { ...process.env, ROTA_DATA: join(folder, "data"), ROTA_PORT: "0", ROTA_LOG: "error" };
  const login = { ROTA_ROOT_EMAIL: "root@example.com", ROTA_ROOT_PASSWORD: "correct horse" };
  server = await createServer(readSettings({ ...env, ...login }));
  const { address } = await server.listen();
  suite = await openSuite(wireClient(address, "default", basic("root@example.com", "correct horse")));
});
afterAll(async () => {
  await suite?.end();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("the wire contract, on a Rota that listens", () => {
  for (const check of wireChecks) it(check.name, () => suite.run(check), 90_000);
});
