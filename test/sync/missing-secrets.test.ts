import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import type { JsonObject } from "../../src/core/json.ts";
import type { DesiredItem } from "../../src/core/plan/plan.ts";
import { rotaServer } from "../../src/sync/index.ts";
import { missingSecrets } from "../../src/sync/missing-secrets.ts";
import { desired } from "./world.ts";

const action = (name: string, fields: JsonObject) => ({ name, fields }) as unknown as DesiredItem;
const named = (secret: string) => ({ A: { secret } });
const git = desired([
  action("b", { env: { ...named("one"), B: "text", C: { secret: true } } }),
  action("a", {
    env: named("two"),
    steps: [{ env: named("one") }, { env: named("three"), parameters: named("no") }, "x"],
  }),
  action("p", { kind: "ssh", key: { secret: "two" }, headers: named("three") }),
  action("c", { description: "has no variables", steps: 5, parameters: { secret: { secret: true } } }),
]);

it("names each secret without a value and the actions that need it", async () => {
  const told = await missingSecrets(git, { secrets: async () => (name) => name === "two" });
  expect(told.map((sentence) => sentence.slice(0, sentence.indexOf(":")))).toEqual([
    "secret one has no value on the server (b, a)",
    "secret three has no value on the server (a, p)",
  ]);
  expect(told[0]).toContain("rota secrets set one");
});

it("asks nothing when no action names one, and believes no server that cannot tell", async () => {
  const asked: string[] = [];
  const none = desired([action("c", { env: { A: "text" } })]);
  const secrets = async () => {
    asked.push("asked");
    return () => false;
  };
  expect(await missingSecrets(none, { secrets })).toEqual([]);
  expect(asked).toEqual([]);
  expect(await missingSecrets(git, { secrets: async () => undefined })).toEqual([]);
  expect(await missingSecrets(git, { secrets: () => Promise.reject(new Error("gone")) })).toEqual([]);
});

it.each([
  [404, "{}", 0],
  [403, '{"code":403,"message":"no"}', 0],
  [500, "no JSON", 0],
  [200, '{"items":"no list"}', 0],
  [200, '{"items":[{"name":"one","source":"stored"},{"name":"TWO","source":"environment"}]}', 1],
  [200, '{"items":[]}', 3],
])("of a server that answers %i %s it tells of %i", async (status, body, count) => {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { target } = rotaServer({ address: `http://127.0.0.1:${port}`, token: "t", organization: "default" });
  expect(await missingSecrets(git, target)).toHaveLength(count);
});
