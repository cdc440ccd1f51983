import { below, type Process, snapshot } from "./process-tree.ts";

/** A warden is to a zygote what a guardian is to an interpreter of an execution's own: both are meant by "guardian". */
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
  const keepers = table.filter(({ parent, command }) => parent === server && command.includes("keeper.py"));
  const all = keepers.flatMap(({ pid }) => below(pid, table));
  const innermost = Math.min(...table.map(({ depth }) => depth));
  // An execution that is a fork of a zygote is called the same, and is in a namespace of its own besides.
  const zygotes = all.filter(
    ({ command, depth }) => command.includes("zygote.py") && depth === innermost + 1,
  );
  const parentsOf = (some: readonly Process[]) =>
    all.filter(({ pid }) => some.some(({ parent }) => parent === pid));
  const firsts = parentsOf(zygotes); // process 1 of a zygote's cell
  const wardens = parentsOf(firsts);
  const guardians = all.filter(
    (one) => keepers.some(({ pid }) => pid === one.parent) && !wardens.includes(one),
  );
  const lasting = new Set([...zygotes, ...firsts, ...wardens]);
  const children = all.filter((one) => !lasting.has(one) && !guardians.includes(one));
  return { table, keepers, guardians, wardens, zygotes, children };
}

/** Somebody of that kind by chance; undefined: there is none now. */
export function choose(kind: VictimKind, server: number, random: () => number): Victims | undefined {
  const { table, keepers, guardians, wardens, zygotes, children } = partsOf(server);
  const own = table.filter(({ pid }) => pid === server);
  const one = (among: readonly Process[]) => among.slice(Math.floor(random() * among.length)).slice(0, 1);
  const victims = {
    server: own,
    keeper: keepers,
    guardian: one([...guardians, ...wardens]),
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
