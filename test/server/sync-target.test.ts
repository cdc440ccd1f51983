import { expect, it } from "vitest";
import { rotaServer } from "../../src/sync/index.ts";
import { syncTargetContract } from "../contract/sync-target.ts";
import { root, startServer } from "./start-server.ts";

const token = Buffer.from(`${root.email}:${root.password}`).toString("base64");

syncTargetContract("a real server", async () => {
  const { address, stop } = await startServer();
  return { server: rotaServer({ address, token, organization: "default" }), close: stop };
});

it("whoever starts a server gets a token of root to apply with", async () => {
  const { address, server, stop } = await startServer();
  const { target } = rotaServer({ address, token: await server.rootToken(), organization: "default" });
  expect(await target.list()).toEqual([]);
  await stop();
});
