import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Place, SshTarget } from "../../../src/runs/ports/executor.ts";

/** A machine that is reached over ssh: a real server on this one's loopback, with keys of its own. */
export interface Remote {
  readonly target: SshTarget;
  readonly place: Place;
  /** How many connections have been made to it, and how many are open now. */
  made(): number;
  open(): number;
  end(): Promise<void>;
}

/** Which servers this machine can have, and why not the others. */
export const client = existsSync("/usr/bin/ssh-keygen") ? undefined : "no ssh client (OpenSSH)";

export interface Keys {
  readonly folder: string;
  /** The server's private key and the one that it lets in: files. */
  readonly host: string;
  readonly own: string;
  readonly hostKey: string;
  readonly key: string;
  remove(): void;
}

/** Keys of a server and of its one user, made by ssh-keygen. */
export function makeKeys(type = "ed25519"): Keys {
  const folder = mkdtempSync(join(tmpdir(), "rota-ssh-"));
  const [host, own] = [join(folder, "host"), join(folder, "own")];
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", host]);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", own]);
  return {
    folder,
    host,
    own,
    hostKey: readFileSync(`${host}.pub`, "utf8").split(" ").slice(0, 2).join(" "),
    key: readFileSync(own, "utf8"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A private key that needs a passphrase. */
export function encryptedKey(): string {
  const folder = mkdtempSync(join(tmpdir(), "rota-ssh-"));
  const file = join(folder, "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "passphrase", "-f", file]);
  const key = readFileSync(file, "utf8");
  rmSync(folder, { recursive: true });
  return key;
}

/** Connections to a port of the loopback that are open, as the kernel lists them from that side. */
export function openConnections(port: number): number {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((field) => field[1] === local && field[3] === "01").length;
}
