import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Overrides, readSettings, type Server } from "../../src/server/index.ts";
import { basic } from "../contract/wire/client.ts";

export const root = { email: "root@example.com", password: "correct horse" };

export interface Started {
  readonly server: Server;
  readonly address: string;
  readonly port: number;
  readonly dataDir: string;
  /** The Authorization header of root. */
  readonly login: string;
  /** Sends these bytes and answers all that comes back until the connection ends. */
  raw(parts: AsyncIterable<string | Buffer> | Iterable<string | Buffer>): Promise<string>;
  stop(): Promise<void>;
}

/** A server that really listens, on a folder of its own. */
export async function startServer(
  overrides: Overrides = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), "rota-server-"));
  const dataDir = join(folder, "data");
  const settings = readSettings({
    PATH: process.env.PATH,
    ROTA_DATA: dataDir,
    ROTA_PORT: "0",
    ROTA_LOG: "silent",
    ROTA_ROOT_EMAIL: root.email,
    ROTA_ROOT_PASSWORD: root.password,
    ...env,
  });
  const server = await createServer(settings, overrides);
  const { address } = await server.listen();
  const port = Number(new URL(address).port);
  return {
    server,
    address,
    port,
    dataDir,
    login: basic(root.email, root.password),
    raw: (parts) => raw(port, parts),
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function raw(
  port: number,
  parts: AsyncIterable<string | Buffer> | Iterable<string | Buffer>,
): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(port, "127.0.0.1");
    socket.on("data", (data) => {
      text += data.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
    void (async () => {
      for await (const part of parts) {
        if (socket.destroyed) return;
        if (!socket.write(part))
          await new Promise<void>((go) => {
            socket.once("drain", go);
            socket.once("close", go);
          });
      }
    })();
  });
}
