import type { SshTarget } from "../../runs/ports/executor.ts";
import { hopsTo, machineName } from "./hops.ts";
import { pinnedKey } from "./target-problem.ts";

type Explain = (found: RegExpExecArray, name: (alias: string | undefined) => string, all: Said) => string;
interface Said {
  readonly text: string;
  readonly target: SshTarget;
}

/** What ssh says, by the first that fits: its texts have been the same for many years. */
const known: readonly (readonly [says: RegExp, explain: Explain])[] = [
  [
    /Host key for (\S+) has changed/,
    ([, alias], name, { text }) => {
      const [, type, print] =
        /for the (\S+) key sent by the remote host is\s+(SHA256:[A-Za-z0-9+/=]+)/.exec(text) ?? [];
      return `${name(alias)} has shown another host key than the one that rota.yaml has for it: ${type} ${print}. Another machine may answer there in its place. Ask who runs it for its fingerprint, and change hostKey only if it is this one.`;
    },
  ],
  [
    /no matching host key type found\. Their offer: ([^\n]*)/,
    ([found, offer], name, { text, target }) => {
      const alias = aliasOf(found, text, target);
      const one = hopsTo(target).find((hop) => hop.alias === alias)?.target ?? target;
      return `${name(alias)} has no host key of the type ${pinnedKey(one).type}, which rota.yaml has for it (hostKey): it offers ${printable(offer)}.`;
    },
  ],
  [/Host key verification failed/, (_, name) => `The host key of ${name(undefined)} could not be checked.`],
  [
    /Could not resolve hostname ([^\s:]+): ([^\n]*)/,
    ([, host, why]) => `The name ${printable(host)} could not be resolved: ${printable(why)}.`,
  ],
  [
    /connect to host (\S+) port (\d+): ([^\n]*)/,
    ([, host, port, why]) =>
      `${printable(host)} could not be reached on port ${port}: ${lower(printable(why))}.`,
  ],
  [
    /Connection timed out|Connection to \S+ port \d+ timed out|Timeout, server \S+ not responding/,
    (_, name) => `${name(undefined)} did not answer in time.`,
  ],
  [
    /Load key "([a-z0-9]+)\.key": ([^\n]*)/,
    ([, alias, why], name) =>
      `The private key for ${name(alias)} could not be read (${printable(why)}): the secret must hold the whole file, as ssh-keygen wrote it, without a passphrase.`,
  ],
  [
    /(\S+): Permission denied \(([^)]*)\)/,
    ([, who, methods]) =>
      `${printable(who)} was not let in with this key: put its public key into that user's authorized_keys there (the machine takes: ${printable(methods)}).`,
  ],
  [
    /Too many authentication failures/,
    (_, name) => `${name(undefined)} refused this key and lets nobody try another.`,
  ],
  [
    /open failed: ([^\n]*)/,
    ([, why], name, { target }) =>
      target.jump === undefined
        ? `${name(undefined)} opened no session: ${printable(why)}.`
        : `The machine on the way (jump) could not go on to ${name(undefined)}: ${printable(why)}. It must allow TCP forwarding.`,
  ],
  [
    /No user exists for uid (\d+)/,
    ([, uid]) =>
      `The server runs as the user number ${uid}, which has no name on its machine, and ssh does not start for such a user: give it an entry in /etc/passwd.`,
  ],
];

/**
 * Why a connection did not come about, as a sentence. `text`: what the ssh client, and those for machines on the way,
 * said. Nothing in it is trusted.
 */
export function explainFailure(text: string, target: SshTarget): string {
  const said = withoutDebugging(text);
  const name = (alias: string | undefined) =>
    machineName(hopsTo(target).find((hop) => hop.alias === alias)?.target ?? target);
  for (const [says, explain] of known) {
    const found = says.exec(said);
    if (found !== null) return explain(found, name, { text: said, target });
  }
  const last = said.trim().split("\n").at(-1) ?? "";
  return last === ""
    ? `The connection to ${machineName(target)} failed, and ssh does not say why.`
    : `The connection to ${machineName(target)} failed: ${printable(last)}`;
}

const withoutDebugging = (text: string): string => text.replace(/^debug\d: [^\n]*(\n|$)/gm, "");

/** The machine that a line names by its address. */
function aliasOf(found: string, text: string, target: SshTarget): string | undefined {
  const line = text.split("\n").find((one) => one.includes(found)) ?? "";
  const [, host, port] = /with (\S+) port (\d+):/.exec(line) ?? [];
  return hopsTo(target).find((hop) => hop.target.host === host && String(hop.target.port) === port)?.alias;
}

/** One line of what another machine may have written, to be shown. */
export const printable = (text: string | undefined): string =>
  (text ?? "")
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim()
    .slice(0, 300);

const lower = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);
