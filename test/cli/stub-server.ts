import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A server that answers what a test says, for what the real one hardly ever does: faults, broken streams, hostile texts. */
export async function stubServer(
  routes: Readonly<Record<string, Answer | unknown>>,
): Promise<{ env: Record<string, string>; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk as string;
    const route = `${request.method} ${request.url}`;
    asked.push(body === "" ? route : `${route} ${body}`);
    const answer = routes[route];
    if (typeof answer === "function") (answer as Answer)(request, response, body);
    else if (answer === undefined) json(response, 404, { code: 404, message: `no route ${route}` });
    else json(response, 200, answer);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { env: { ROTA_SERVER: `http://127.0.0.1:${port}`, ROTA_TOKEN: "token" }, asked };
}

export const json = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
};

export const run = {
  id: "3AbCdEfGhIjKlMnOpQrStUvWxYz",
  action_id: "3ZbCdEfGhIjKlMnOpQrStUvWxYz",
  action_name: "disk_check",
  version: 3,
  digest: "0123456789abcdef".repeat(4),
  state: "succeeded",
  reason: null,
  trigger: { kind: "manual" },
  actor: "ada@example.org",
  created_at: 1_785_585_600_000_000,
  started_at: 1_785_585_600_100_000,
  ended_at: 1_785_585_601_300_000,
  attempt: 1,
  cause: "succeeded",
  isolation: "full",
  exit_code: 0,
  signal: null,
  duration: 1150,
  peak_memory: 12 * 2 ** 20,
  cpu_time: 30,
  parameters: {},
} as const;

export const line = (sequence: number, text: string) => ({
  sequence,
  at: run.started_at,
  stream: "stdout",
  level: null,
  text,
});

/** The text of server-sent events. */
export const events = (...list: readonly (readonly [event: string, id: number, data: unknown])[]): string =>
  list.map(([event, id, data]) => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join("");
