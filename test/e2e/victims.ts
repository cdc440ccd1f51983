import { below, type Process, snapshot } from "./process-tree.ts";

export const victimKinds = ["server", "keeper", "guardian", "child", "zygote", "server and keeper"] as const;
export type VictimKind = (typeof victimKinds)[number];

export interface Victims {
  readonly kind: VictimKind;
  /** To be killed, in this order. */
  readonly victims: readonly Process[];
  /** Must all be gone a second later. */
  readonly doomed: readonly Process[];
}

/** What runs below a server now, by what it is there for. */
export function partsOf(server: number) {
  const table = snapshot();
  const isOur = ({ command }: Process, script: string) => command.includes(script);
  const keepers = table.filter((one) => one.parent === server && isOur(one, "keeper.py"));
  const ofKeepers = table.filter(({ parent }) => keepers.some(({ pid }) => pid === parent));
  const zygotes = ofKeepers.filter((one) => isOur(one, "zygote.py"));
  const guardians = ofKeepers.filter((one) => isOur(one, "keeper.py"));
  const known = new Set([...guardians, ...zygotes].map(({ pid }) => pid));
  const children = keepers.flatMap(({ pid }) => below(pid, table)).filter(({ pid }) => !known.has(pid));
  return { table, keepers, guardians, zygotes, children };
}

/** Somebody of that kind by chance; undefined: there is none now. */
export function choose(kind: VictimKind, server: number, random: () => number): Victims | undefined {
  const { table, keepers, guardians, zygotes, children } = partsOf(server);
  const own = table.filter(({ pid }) => pid === server);
  const one = (among: readonly Process[]) => among.slice(Math.floor(random() * among.length)).slice(0, 1);
  const victims = {
    server: own,
    keeper: keepers,
    guardian: one(guardians),
    child: one(children),
    zygote: one(zygotes),
    "server and keeper": [...own, ...keepers],
  }[kind];
  if (victims.length === 0) return undefined;
  // Whether what a child or a zygote has started ends with it is the execution's matter: it is looked at in the end.
  const alone = kind === "child" || kind === "zygote";
  const doomed = [...victims, ...(alone ? [] : victims.flatMap(({ pid }) => below(pid, table)))];
  return { kind, victims, doomed };
}
