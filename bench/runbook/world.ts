import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Remote, client as sshClient } from "../../test/executor/ssh/remote.ts";
import { startSsh2 } from "../../test/executor/ssh/start-ssh2.ts";
import { sshd, startSshd } from "../../test/executor/ssh/start-sshd.ts";
import { Client } from "../exec/client.ts";
import { Python } from "../exec/python.ts";
import { Repository } from "../exec/repository.ts";
import { startServer, token } from "../exec/server-process.ts";
import { localRunbooks, machine } from "./actions.ts";

/** A live server with the runbooks of the bench, in a process of its own, over a folder that goes with it. */
export interface World {
  readonly client: Client;
  /** A temporary folder for whatever a floor needs. */
  readonly folder: string;
  /** Another machine: an ssh server on this one's loopback; undefined where there is no ssh client. */
  readonly remote: (Remote & { readonly name: string }) | undefined;
  /** Makes files of actions live, with those that were before. */
  apply(files: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

/** @throws when a server does not start or a runbook is refused; nothing stays behind then */
export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "rota-bench-runbook-"));
  const undo: (() => Promise<void> | void)[] = [
    () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  ];
  const close = async () => {
    for (const one of undo.splice(0).reverse()) await one();
  };
  try {
    const remote = sshClient === undefined ? await startRemote() : undefined;
    if (remote !== undefined) undo.push(remote.end);
    const server = await startServer(folder, {
      ROTA_DATA: join(folder, "data"),
      ROTA_PYTHON: new Python().executable,
      ...(remote && { [`ROTA_SECRET_${machine.secret.toUpperCase()}`]: remote.target.key }),
    });
    undo.push(server.stop);
    const client = new Client(server.address, token);
    undo.push(() => client.close());
    const repository = new Repository(join(folder, "repository"));
    const apply = async (files: Readonly<Record<string, string>>) => {
      repository.commit(files);
      await repository.apply(server.address, token);
    };
    await apply(localRunbooks);
    return { client, folder, remote, apply, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** OpenSSH's server where there is one, else that of the package `ssh2`. */
const startRemote = async () =>
  sshd === undefined
    ? { ...(await startSsh2()), name: "ssh2's server" }
    : { ...(await startSshd()), name: "OpenSSH's server" };
