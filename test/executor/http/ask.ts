import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo, Server as NetServer } from "node:net";
import { onTestFinished } from "vitest";
import { createExecutor, type ExecutorOptions } from "../../../src/executor/index.ts";
import type { Executor } from "../../../src/runs/ports/executor.ts";

export { type Asked, ask } from "./ask-once.ts";

/** An executor that makes requests; it needs no Python and no folder for them. */
export function requester(options: Omit<ExecutorOptions, "dataDir"> = {}): Executor {
  const executor = createExecutor({ ...options, dataDir: "/nowhere/at/all" });
  onTestFinished(() => executor.stop());
  return executor;
}

/** A server on this machine until the test ends, and what it was asked. */
export async function serve(
  listener: RequestListener,
  address = "127.0.0.1",
  port = 0,
): Promise<{ url: string; port: number; seen: { line: string; headers: IncomingMessage["headers"] }[] }> {
  const seen: { line: string; headers: IncomingMessage["headers"] }[] = [];
  const server = createServer((request, response) => {
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers });
    listener(request, response);
  });
  const { port: found } = await listening(server, address, port);
  return { url: `http://${address.includes(":") ? `[${address}]` : address}:${found}`, port: found, seen };
}

/** Has a server of any kind listen until the test ends. */
export async function listening(
  server: NetServer & { closeAllConnections?(): void },
  address = "127.0.0.1",
  port = 0,
): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return server.address() as AddressInfo;
}
