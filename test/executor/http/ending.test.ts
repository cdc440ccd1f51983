import { expect, test } from "vitest";
import { ask, requester } from "./ask.ts";
import { pour, serveRaw } from "./raw-server.ts";

const stages = [
  ["before it answers", ""],
  ["in the middle of its headers", "HTTP/1.1 200 OK\r\nX: "],
  ["in the middle of its body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"],
] as const;

test.each(stages)("a cancel %s ends the request and its connection", async (_, begin) => {
  const { url, asked, closed } = await serveRaw((socket) => socket.write(begin));
  const controller = new AbortController();
  const answered = ask(requester(), url, { signal: controller.signal });
  await asked;
  controller.abort();
  expect((await answered).outcome).toMatchObject({
    end: "cancelled",
    reason: "Cancelled.",
    result: undefined,
  });
  await closed;
});

test("a cancel before it begins asks nobody", async () => {
  const { outcome } = await ask(requester(), "http://127.0.0.1:1/", { signal: AbortSignal.abort() });
  expect(outcome).toMatchObject({ end: "cancelled", reason: "Cancelled before it started." });
});

test("a stop of the server ends requests that are under way, and waits for their end", async () => {
  const { url, asked, closed } = await serveRaw((socket) => socket.write("HTTP/1.1 200 OK\r\n"));
  const executor = requester();
  let hasEnded = false;
  const answered = ask(executor, url).finally(() => {
    hasEnded = true;
  });
  await asked;
  await executor.stop();
  await Promise.resolve();
  expect((await answered).outcome).toMatchObject({
    end: "lost",
    reason: "The server stopped while it ran.",
  });
  expect(hasEnded).toBe(true);
  await closed;
  await executor.stop();
});

test("a listener that fails ends the request, and is told", async () => {
  const { url, closed } = await serveRaw((socket) => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
    pour(socket, "line\n".repeat(10_000));
  });
  const output = async () => {
    throw new Error("the disk is full");
  };
  await expect(ask(requester(), url, { output })).rejects.toThrow("the disk is full");
  await closed;
});

test("a server is read no faster than its lines are heard", async () => {
  let written = 0;
  const { url, closed } = await serveRaw((socket) => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
    const block = `${"x".repeat(65535)}\n`;
    const next = () => {
      while (!socket.destroyed && socket.write(block)) written += block.length;
      if (!socket.destroyed) socket.once("drain", next);
    };
    next();
  });
  const controller = new AbortController();
  const heard = Promise.withResolvers<void>();
  const answered = ask(requester(), url, {
    signal: controller.signal,
    limits: { output: 2 ** 40 },
    output: async ({ stream }) => {
      if (stream !== "stdout") return;
      heard.resolve();
      await new Promise<void>((resolve) => controller.signal.addEventListener("abort", () => resolve()));
    },
  });
  await heard.promise;
  // As long as nothing is heard, it stands: what fills the system's buffers is all that it can write.
  let before = -1;
  while (before !== written) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(written).toBeLessThan(2 ** 26);
  controller.abort();
  expect((await answered).outcome.end).toBe("cancelled");
  await closed;
});

test("a connection that breaks while a line is being heard is told afterwards", async () => {
  const { url, closed } = await serveRaw((socket) => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", () => socket.resetAndDestroy());
  });
  const { outcome } = await ask(requester(), url, { output: () => closed });
  expect(outcome).toMatchObject({
    end: "failed",
    reason: expect.stringContaining("closed the connection before its answer was whole"),
  });
});

test("a name that is found to have no address after the end is nobody's error any more", async () => {
  const failing = Promise.withResolvers<never>();
  const controller = new AbortController();
  const executor = requester({
    resolve: () => {
      controller.abort();
      return failing.promise;
    },
  });
  const { outcome } = await ask(executor, "http://late.test/", { signal: controller.signal });
  expect(outcome.end).toBe("cancelled");
  failing.reject(new Error("too late"));
  await new Promise((resolve) => setImmediate(resolve));
});
