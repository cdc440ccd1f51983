import { afterAll, beforeAll } from "vitest";
import { client, type Remote } from "./remote.ts";
import { startSsh2 } from "./start-ssh2.ts";
import { sshd, startSshd } from "./start-sshd.ts";

/** A kind of server that the suite is run against, or why it is not. */
export interface ServerKind {
  readonly name: string;
  readonly missing: string | undefined;
  start(): Promise<Remote>;
}

export const servers: readonly ServerKind[] = [
  {
    name: "OpenSSH's server",
    missing:
      client ?? (sshd === undefined ? "no sshd: install openssh-server, or set ROTA_TEST_SSHD" : undefined),
    start: () => startSshd(),
  },
  { name: "ssh2's server", missing: client, start: startSsh2 },
];
for (const { name, missing } of servers)
  if (missing !== undefined) console.info(`Place ssh is not tested against ${name}: ${missing}.`);

/** One for all tests of a describe: reached through the answer, once they run. */
export function remoteOf(kind: ServerKind): () => Remote {
  let remote: Remote | undefined;
  beforeAll(async () => {
    remote = await kind.start();
  });
  afterAll(() => remote?.end());
  return () => {
    if (remote === undefined) throw new Error("no test runs yet");
    return remote;
  };
}
