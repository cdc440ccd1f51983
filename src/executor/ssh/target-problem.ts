import type { SshTarget } from "../../runs/ports/executor.ts";
import { hopsTo } from "./hops.ts";

/**
 * What becomes a token of ssh's configuration is checked here as well, wherever it came from: no blank, quote, "%",
 * line break or leading dash can get there.
 */
const host = /^[A-Za-z0-9:_][A-Za-z0-9.:_-]{0,252}$/;
const user = /^[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,254}\$?$/;
const hostKey =
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) ([A-Za-z0-9+/]{40,}={0,3})(?: [^\n\r]*)?$/;
const mostJumps = 8;

/** Why this machine, or one on the way to it, cannot be reached as it is described: a sentence. undefined: it can. */
export function targetProblem(target: SshTarget): string | undefined {
  if (tooFar(target)) return `The way to it goes through more than ${mostJumps} machines (jump).`;
  for (const { target: one } of hopsTo(target)) {
    if (!host.test(one.host)) return `${shown(one.host)} is no host name and no address.`;
    if (!user.test(one.user)) return `${shown(one.user)} is no name of a user that ssh can be given.`;
    if (!Number.isInteger(one.port) || one.port < 1 || one.port > 65_535)
      return `${one.port} is no port: it must be a whole number from 1 to 65535.`;
    const problem = hostKeyProblem(one) ?? keyProblem(one.key);
    if (problem !== undefined) return `${one.host}: ${problem}`;
  }
  return undefined;
}

/** Type and base64 of the pinned key, without a comment. */
export function pinnedKey({ hostKey: written }: SshTarget): {
  readonly type: string;
  readonly base64: string;
} {
  const [, type = "", base64 = ""] = hostKey.exec(written) ?? [];
  return { type, base64 };
}

function hostKeyProblem(target: SshTarget): string | undefined {
  const { type, base64 } = pinnedKey(target);
  const bytes = Buffer.from(base64, "base64");
  if (type !== "" && bytes.subarray(4, 4 + type.length).toString("latin1") === type) return undefined;
  return 'its host key (hostKey) is no public key such as "ssh-ed25519 AAAA…": take it from `ssh-keyscan`, without the host name.';
}

/** Looks at the outside only: whether it is a private key at all, and needs a passphrase that nobody could type. */
function keyProblem(key: string): string | undefined {
  const [, kind = "", body = ""] =
    /-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----\r?\n([\s\S]*?)-----END/.exec(key) ?? [];
  if (body === "")
    return 'the secret that `key` names holds no private key: it must be the whole file, from "-----BEGIN" to "-----END".';
  if (key.includes("\r"))
    return "the private key has Windows line ends (CR LF), which ssh does not read: store it again with LF alone.";
  const locked =
    kind === "ENCRYPTED " || body.includes("ENCRYPTED") || (kind === "OPENSSH " && cipherOf(body) !== "none");
  return locked
    ? "its private key is protected by a passphrase, which nobody is there to type: store it without one (`ssh-keygen -p` removes it)."
    : undefined;
}

/** The first field behind the magic of OpenSSH's own format: "none" where the key is not encrypted. */
function cipherOf(body: string): string {
  const bytes = Buffer.from(body, "base64");
  const magic = "openssh-key-v1\0".length;
  if (bytes.length < magic + 4) return "none"; // no key at all: ssh says so
  return bytes.toString("latin1", magic + 4, magic + 4 + bytes.readUInt32BE(magic));
}

function tooFar(target: SshTarget): boolean {
  let one: SshTarget | undefined = target;
  for (let count = 0; count <= mostJumps; count++) {
    one = one?.jump;
    if (one === undefined) return false;
  }
  return true;
}

const shown = (text: string) => JSON.stringify(text.slice(0, 60));
