import { dirname } from "node:path";
import type { Interpreter } from "../machine/interpreter.ts";
import type { Connection } from "./keeper.ts";
import type { Shown, ZygoteAsk } from "./messages.ts";

/** Where an execution at level full sees its bundle, its packages, and our own code. As in tree.py. */
export const shownAt = { bundle: "/action", packages: "/packages", code: "/rota" } as const;

/** The zygote of a dependency environment; undefined: of all actions without one. */
export function zygoteOf(
  connection: Connection,
  python: Interpreter,
  environment: string | undefined,
): ZygoteAsk {
  const packages: Shown[] = environment === undefined ? [] : [[environment, shownAt.packages]];
  return {
    key: `${python.executable}\n${environment ?? ""}`,
    argv: [
      ...[python.executable, "-I", "-S", "-B", "-X", "utf8", `${shownAt.code}/zygote.py`],
      ...packages.map(([, target]) => target),
    ],
    env: {
      PATH: `${dirname(python.executable)}:/usr/local/bin:/usr/bin:/bin`,
      LANG: "C.UTF-8",
      HOME: "/tmp",
      TMPDIR: "/tmp",
      ROTA_EXECUTION: connection.folder,
    },
    read: [...inPlace(python.folders), [connection.code, shownAt.code], ...packages],
  };
}

/** Folders that are seen where they are. */
export const inPlace = (folders: readonly string[]): readonly Shown[] =>
  folders.map((folder) => [folder, folder]);
