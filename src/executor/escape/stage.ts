import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What the attempts are aimed at: this process stands for the server, with its files, port and sockets. */
export interface Stage {
  readonly dataDir: string;
  /** Outside of the data folder: a folder in which every user may read and write. */
  readonly elsewhere: string;
  readonly port: number;
  /** Name of an abstract Unix socket. */
  readonly abstract: string;
  /** Path of a Unix socket in the data folder. */
  readonly socket: string;
  /** Lays the named action down as the bundle of a version; answers its folder. */
  bundle(action: string): string;
  close(): Promise<void>;
}

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The suite's actions, in the order in which they are run. */
export const actionsOfTheSuite = (): readonly string[] =>
  readdirSync(source("actions"))
    .filter((name) => name !== "victim")
    .sort();

/** Sets up files, port and sockets below `dataDir`, which has to be there and empty. */
export async function setStage(dataDir: string): Promise<Stage> {
  writeFileSync(join(dataDir, "rota.db"), "rows of the database", { mode: 0o644 });
  writeFileSync(join(dataDir, "secret.key"), "key of the server", { mode: 0o600 });
  const elsewhere = mkdtempSync(join(tmpdir(), "rota-elsewhere-"));
  chmodSync(elsewhere, 0o1777);
  writeFileSync(join(elsewhere, "readable.txt"), "readable", { mode: 0o644 });
  chmodSync(join(elsewhere, "readable.txt"), 0o644);
  const abstract = `rota-escape-${process.pid}`;
  const socket = join(dataDir, "server.sock");
  const servers = await Promise.all([
    listen({ host: "127.0.0.1", port: 0 }),
    listen({ path: `\0${abstract}` }),
    listen({ path: socket }),
  ]);
  return {
    dataDir,
    elsewhere,
    port: (servers[0].address() as AddressInfo).port,
    abstract,
    socket,
    bundle: (action) => layDown(join(dataDir, "bundles", action), action),
    async close() {
      for (const server of servers) server.close();
      rmSync(elsewhere, { recursive: true, force: true });
    },
  };
}

function layDown(folder: string, action: string): string {
  if (existsSync(folder)) return folder;
  mkdirSync(folder, { recursive: true });
  copyFileSync(source(`actions/${action}/main.py`), join(folder, "main.py"));
  copyFileSync(source("attempt.py"), join(folder, "attempt.py"));
  if (process.getuid?.() === 0 && existsSync("/usr/bin/id")) {
    writeFileSync(join(folder, "setuid-id"), readFileSync("/usr/bin/id"));
    chmodSync(join(folder, "setuid-id"), 0o4755);
  }
  return folder;
}

/** Answers everybody, and knocks at the port that somebody names. */
async function listen(where: { host: string; port: number } | { path: string }): Promise<Server> {
  const server = createServer((client) => {
    client.on("error", () => undefined).setEncoding("utf8");
    client.on("data", (text: string) => {
      const port = /^knock (\d+)/.exec(text)?.[1];
      if (port)
        connect(Number(port), "127.0.0.1")
          .on("error", () => undefined)
          .end();
    });
  });
  server.listen(where);
  await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
  return server;
}
