import type { SshTarget } from "../../runs/ports/executor.ts";
import { type Hop, hopsTo } from "./hops.ts";
import { pinnedKey } from "./target-problem.ts";

/** A file of a connection's folder. */
export interface ClientFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Said once for all machines; whatever ssh would look at otherwise (its own configuration, an agent, other keys,
 * other lists of hosts) is shut out. The options named first are those that older clients do not know. A dead link is
 * noticed in 30 s; the interval is shorter, as a client that was killed lets OpenSSH's master tell a server that is not
 * OpenSSH's only when something else wakes it.
 */
const common = `
Host *
  IgnoreUnknown KnownHostsCommand,EnableEscapeCommandline,ObscureKeystrokeTiming
  KnownHostsCommand none
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  UpdateHostKeys no
  CheckHostIP no
  VerifyHostKeyDNS no
  HashKnownHosts no
  IdentitiesOnly yes
  IdentityAgent none
  AddKeysToAgent no
  PubkeyAuthentication yes
  PreferredAuthentications publickey
  PasswordAuthentication no
  KbdInteractiveAuthentication no
  HostbasedAuthentication no
  BatchMode yes
  ForwardAgent no
  ForwardX11 no
  ClearAllForwardings yes
  Tunnel no
  PermitLocalCommand no
  ProxyCommand none
  CanonicalizeHostname no
  ConnectTimeout 10
  ConnectionAttempts 1
  ServerAliveInterval 5
  ServerAliveCountMax 6
  TCPKeepAlive yes
  ControlMaster no
  ControlPath none
  ControlPersist no
  RequestTTY no
  EscapeChar none
  LogLevel INFO
`;

/**
 * All that ssh reads on the way to a machine: the configuration, and for each hop its key and the list with the one
 * host key that it may have. Names are relative to the folder that ssh is started in, so that no path of this machine
 * is ever part of the configuration, or of the command line that ssh makes for a jump.
 */
export function clientFiles(target: SshTarget): readonly ClientFile[] {
  const hops = hopsTo(target);
  return [
    { name: "config", text: hops.map((hop, index) => block(hop, hops[index + 1])).join("") + common },
    ...hops.flatMap(({ alias, target: one }) => [
      { name: `${alias}.hosts`, text: `${alias} ${pinnedKey(one).type} ${pinnedKey(one).base64}\n` },
      // OpenSSH reads no key whose last line has no end.
      { name: `${alias}.key`, text: one.key.endsWith("\n") ? one.key : `${one.key}\n` },
    ]),
  ];
}

const block = ({ alias, target }: Hop, through: Hop | undefined) => `Host ${alias}
  HostName ${target.host}
  Port ${target.port}
  User ${target.user}
  HostKeyAlias ${alias}
  HostKeyAlgorithms ${algorithmsOf(target)}
  UserKnownHostsFile ${alias}.hosts
  IdentityFile ${alias}.key
  ProxyJump ${through?.alias ?? "none"}
`;

/** An RSA key signs by SHA-2; what bears its own name, SHA-1, is given up. */
function algorithmsOf(target: SshTarget): string {
  const { type } = pinnedKey(target);
  return type === "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : type;
}
