import { access } from "node:fs/promises";
import type { Isolation, Lack } from "./level.ts";

const inContainer =
  "In a container, allow user namespaces: docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined, or run the server on the machine itself.";
const onMachine =
  "Allow user namespaces: sysctl -w user.max_user_namespaces=15000; on Debian also kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0.";
const advice: Readonly<Record<Exclude<Lack["what"], "namespaces">, string>> = {
  "own-user":
    "Start the server as an ordinary user, or put its data (ROTA_DATA) and Python (ROTA_PYTHON) where every user may read: /var/lib/rota and /usr/bin/python3.",
  landlock:
    "Use Linux 5.13 or newer with Landlock among its security modules (lsm=landlock,… on the kernel's command line); Docker lets it through since version 23.",
  "newer-landlock": "Use Linux 6.12 or newer, or allow user namespaces.",
};

/** What to do about what is missing, a sentence for each, for `rota doctor`. */
export async function adviseIsolation({ level, lacks }: Isolation): Promise<readonly string[]> {
  if (level === "full") return [];
  if (process.platform !== "linux")
    return ["Full isolation needs Linux: run the server in a Linux machine or virtual machine."];
  const container = await access("/.dockerenv").then(
    () => true,
    () => false,
  );
  return lacks.map(({ what }) =>
    what === "namespaces" ? (container ? inContainer : onMachine) : advice[what],
  );
}
