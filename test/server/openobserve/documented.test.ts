import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fastify from "fastify";
import { expect, test } from "vitest";
import { openobserveRoutes } from "../../../src/server/openobserve/routes.ts";
import { standInDefaults, startStandIn } from "../../../src/server/openobserve/stand-in.ts";

test("the page's requests are answered as it says", async () => {
  const page = readFileSync(
    new URL("../../../docs/reference/openobserve-stand-in.md", import.meta.url),
    "utf8",
  );
  const [records, query] = [...page.matchAll(/-d '(.*)'$/gm)].map((match) => match[1]!);
  const answer = /^ {4}(\{"code":200.*)$/m.exec(page)![1]!;
  const folder = await mkdtemp(join(tmpdir(), "rota-page-"));
  const openobserve = await startStandIn({
    ...standInDefaults,
    path: join(folder, "streams.db"),
    now: Date.now,
  });
  const app = fastify();
  const transform = async () => ({ ok: true, hits: [] }) as const;
  await app.register(openobserveRoutes, { openobserve, authorize: async () => undefined, transform });
  const post = (url: string, payload: string) =>
    app.inject({ method: "POST", url, payload, headers: { "content-type": "application/json" } });
  expect((await post("/api/default/my_logs/_json", records!)).json()).toEqual(JSON.parse(answer));
  expect((await post("/api/default/_search?type=logs", query!)).json()).toMatchObject({
    hits: [{ pod_name: "web-1", c: 1 }],
  });
  await app.close();
  await openobserve.stop();
  await rm(folder, { recursive: true });
});
