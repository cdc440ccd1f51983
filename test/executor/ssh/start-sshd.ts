import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { makeKeys, openConnections, type Remote } from "./remote.ts";

/** OpenSSH's server: ROTA_TEST_SSHD (it may lie in a tree of its own, unpacked from packages), or the system's. */
export const sshd = [process.env.ROTA_TEST_SSHD, "/usr/sbin/sshd"].find(
  (file) => file !== undefined && existsSync(file),
);

export interface SshdOptions {
  /** Type of its host key. */
  readonly type?: string;
  /** The login shell of its user; root only, as the list of users is then one of its own. */
  readonly shell?: string;
  /** What /bin/sh is for it; root only. */
  readonly posix?: string;
  /** More lines of its configuration. */
  readonly more?: string;
}

/** OpenSSH's server on a free port of the loopback, for the user that runs the tests. */
export async function startSshd({
  type,
  shell = "/bin/sh",
  posix = "/bin/sh",
  more = "",
}: SshdOptions = {}): Promise<Remote> {
  const keys = makeKeys(type);
  const port = await freePort();
  const { folder } = keys;
  const home = join(folder, "home");
  mkdirSync(home);
  const tree = join(dirname(sshd ?? ""), "../..");
  const session = join(tree, "usr/lib/openssh/sshd-session"); // a program of its own since OpenSSH 9.8
  writeFileSync(
    join(folder, "sshd_config"),
    `
Port ${port}
ListenAddress 127.0.0.1
HostKey ${keys.host}
AuthorizedKeysFile ${keys.own}.pub
PidFile none
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
LogLevel VERBOSE
MaxStartups 100
${existsSync(session) ? `SshdSessionPath ${session}` : ""}
${more}
`,
  );
  const run = `exec "$1" -D -e -f "$2"`;
  const root = process.getuid?.() === 0;
  if (root) writeFileSync(join(folder, "passwd"), usersWith(home, shell));
  // As root it wants a user and a folder of its own: they are there in a view of the file system that only it has.
  const ofItsOwn = `mount --bind "$3" /etc/passwd && mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && mount --bind "$4" /bin/sh && ${run}`;
  const argv = root ? ["unshare", "-m", "sh", "-c", ofItsOwn] : ["sh", "-c", run];
  const [program = "", ...rest] = argv;
  const child = spawn(
    program,
    [...rest, "sshd", sshd ?? "", `${folder}/sshd_config`, `${folder}/passwd`, posix],
    {
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", LD_LIBRARY_PATH: librariesOf(tree) },
    },
  );
  const closed = once(child, "exit"); // processes of connections may still hold its log
  let log = "";
  const listening = new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      if (log.includes("Server listening")) resolve();
    });
    void closed.then(() => reject(new Error(`sshd did not start: ${log}`)));
  });
  await listening;
  const target = {
    host: "127.0.0.1",
    port,
    user: userInfo().username,
    key: keys.key,
    hostKey: keys.hostKey,
    jump: undefined,
  };
  return {
    target,
    place: { kind: "ssh", target },
    made: () => log.split("Connection from ").length - 1,
    open: () => openConnections(port),
    async end() {
      child.kill();
      await closed;
      child.stderr.destroy();
      keys.remove();
    },
  };
}

/** The machine's list of users, with another home and shell for root, and the user that sshd gives its own name. */
function usersWith(home: string, shell: string): string {
  const others = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .filter((line) => line !== "" && !/^(root|sshd):/.test(line));
  return [
    `root:x:0:0:root:${home}:${shell}`,
    ...others,
    "sshd:x:65533:65533::/run/sshd:/usr/sbin/nologin\n",
  ].join("\n");
}

const librariesOf = (tree: string) =>
  globSync([join(tree, "usr/lib/*-linux-gnu*"), join(tree, "lib/*-linux-gnu*")]).join(":");

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
