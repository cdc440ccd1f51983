import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { createConnections } from "../../../src/executor/ssh/connections.ts";
import type { Opened } from "../../../src/executor/ssh/open-connection.ts";

const target = { host: "web-1", port: 22, user: "ops", key: "", hostKey: "", jump: undefined };

it("tasks that were given a connection leave nothing behind at the signal that could have stopped them", async () => {
  const connections = createConnections(
    async () => ({ alive: () => true, close: async () => undefined }) as Opened,
  );
  const { signal } = new AbortController();
  for (const task of ["first", "second"])
    expect(await connections.use("run", target, signal, async () => task)).toBe(task);
  expect(getEventListeners(signal, "abort")).toEqual([]);
  await connections.release("run");
});
