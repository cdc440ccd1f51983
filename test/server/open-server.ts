import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Overrides, readSettings, type Server } from "../../src/server/index.ts";

export const rootEmail = "root@example.com";
export const rootPassword = "a long password";

export interface OpenServer {
  readonly server: Server;
  readonly dataDir: string;
  /** Of a listening server. */
  readonly address: string;
  /** base64 of root's login: what ROTA_TOKEN may hold. */
  readonly token: string;
  close(): Promise<void>;
}

export const basic = (email: string, secret: string): string =>
  `Basic ${Buffer.from(`${email}:${secret}`).toString("base64")}`;

/** A real server on a folder and a port of its own. */
export async function openServer(
  variables: Record<string, string> = {},
  overrides: Overrides = {},
): Promise<OpenServer> {
  const folder = await mkdtemp(join(tmpdir(), "rota-server-"));
  const dataDir = join(folder, "data");
  const settings = readSettings({
    PATH: process.env.PATH,
    ROTA_DATA: dataDir,
    ROTA_PORT: "0",
    ROTA_LOG: "silent",
    ROTA_ROOT_EMAIL: rootEmail,
    ROTA_ROOT_PASSWORD: rootPassword,
    ...variables,
  });
  const server = await createServer(settings, overrides);
  const { address } = await server.listen();
  return {
    server,
    dataDir,
    address,
    token: Buffer.from(`${rootEmail}:${rootPassword}`).toString("base64"),
    close: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
