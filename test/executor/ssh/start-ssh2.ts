import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import ssh2 from "ssh2";
import { makeKeys, openConnections, type Remote } from "./remote.ts";

/** What a server does with a command line. */
export type Carry = (channel: ssh2.ServerChannel, command: string) => void;

/**
 * The npm package `ssh2` as a server: another implementation, which every machine that runs the tests has. `carry`: what
 * it does instead of running commands.
 */
export async function startSsh2(carry: Carry = runCommand): Promise<Remote> {
  const keys = makeKeys();
  const allowed = ssh2.utils.parseKey(readFileSync(`${keys.own}.pub`));
  if (allowed instanceof Error) throw allowed;
  let made = 0;
  const open = new Set<ssh2.Connection>();
  const server = new ssh2.Server({ hostKeys: [readFileSync(keys.host)] }, (connection) => {
    made++;
    open.add(connection);
    connection
      .on("authentication", (asked) => {
        if (asked.method !== "publickey" || !asked.key.data.equals(allowed.getPublicSSH()))
          return asked.reject(["publickey"]);
        if (asked.signature && asked.blob && !allowed.verify(asked.blob, asked.signature, asked.hashAlgo))
          return asked.reject();
        asked.accept();
      })
      .on("error", () => undefined)
      .on("close", () => open.delete(connection))
      .on("session", (accept) => accept().on("exec", (take, _, { command }) => carry(take(), command)))
      .on("tcpip", (take, _, { destIP, destPort }) => {
        const there = connect(destPort, destIP);
        const channel = take();
        channel.pipe(there).pipe(channel);
        there.on("error", () => channel.close());
      });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const target = {
    host: "127.0.0.1",
    port,
    user: "anybody",
    key: keys.key,
    hostKey: keys.hostKey,
    jump: undefined,
  };
  return {
    target,
    place: { kind: "ssh", target },
    made: () => made,
    open: () => openConnections(port),
    async end() {
      for (const connection of open) connection.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      keys.remove();
    },
  };
}

function runCommand(channel: ssh2.ServerChannel, command: string): void {
  const shell = spawn("/bin/sh", ["-c", command], {
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/tmp" },
    cwd: "/tmp",
  });
  shell.stdin.on("error", () => undefined);
  channel.on("error", () => undefined);
  channel.pipe(shell.stdin);
  shell.stdout.pipe(channel, { end: false });
  shell.stderr.pipe(channel.stderr, { end: false });
  shell.on("close", (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
  channel.on("close", () => shell.stdin.end());
}
