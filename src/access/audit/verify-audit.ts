import type { AuditChainStore, AuditExtent, AuditSeal } from "../ports/audit-chain.ts";
import type { AuditRow } from "../ports.ts";
import type { AuditKeys } from "./audit-keys.ts";
import { beginning, links, markLength, prunedMark, sealLink } from "./chain.ts";
import { mostPerSeal } from "./seal-audit.ts";

/** Something that is not as it was written. */
export interface AuditProblem {
  /** Number of the first entry that it is about. */
  readonly number: number;
  readonly message: string;
}
export interface AuditVerdict {
  /** By number; empty: everything is as it was written. At most `mostProblems`. */
  readonly problems: readonly AuditProblem[];
  /** Entries that were looked at. */
  readonly entries: number;
  /** Those before were pruned. */
  readonly first: number;
  /** Everything up to here is sealed; 0: nothing. */
  readonly sealedThrough: number;
  /** Written since, and not sealed yet. */
  readonly unsealed: number;
  /** To be noted elsewhere: it shows later whether the chain until here is still the same. */
  readonly head: { readonly seal: number; readonly hash: string } | undefined;
}

type Store = Pick<AuditChainStore, "extent" | "rows" | "seals">;

const mostProblems = 20;
const sealsAtOnce = 100;
const rowsAtOnce = 500;

/**
 * Recomputes the chain from its first entry. What was altered, taken out, put in or cut off is named by number; after
 * each such place it goes on with what the seals say, so that one finding does not hide the next.
 * @param noted the head of an earlier verdict, which must still be in the chain
 */
export async function verifyAudit(
  store: Store,
  keys: AuditKeys,
  noted: { readonly seal: number; readonly hash: string } | undefined,
): Promise<AuditVerdict> {
  const extent = await store.extent({});
  const found: AuditProblem[] = [];
  const begun = await whereItBegins(store, extent, keys);
  found.push(...begun.problems);
  if (extent.first !== undefined && extent.first < begun.next)
    found.push({
      number: extent.first,
      message: `entry ${extent.first} was put in before the first one, ${begun.next}`,
    });
  const walk: Walk = { next: begun.next, hash: begun.hash, seal: begun.seal, entries: 0 };
  let isNotedThere = noted === undefined || (noted.seal === begun.seal && noted.hash === begun.hash);
  while (found.length < mostProblems) {
    const seals = await store.seals({ after: walk.seal, limit: sealsAtOnce });
    for (const seal of seals) {
      if (seal.number === noted?.seal && seal.hash === noted.hash) isNotedThere = true;
      found.push(...(await verifySeal(store, keys, walk, seal)));
    }
    if (seals.length < sealsAtOnce) break;
  }
  const sealedThrough = walk.next - 1;
  const head = walk.seal === 0 ? undefined : { seal: walk.seal, hash: walk.hash };
  found.push(...(await verifyTail(store, extent, walk)));
  if (noted !== undefined && !isNotedThere)
    found.push({ number: begun.next, message: notThere(noted.seal, begun.seal) });
  // What was pruned meanwhile looks as if it were missing.
  if ((await store.extent({})).pruned?.seal !== extent.pruned?.seal) return verifyAudit(store, keys, noted);
  return {
    problems: found.toSorted((a, b) => a.number - b.number).slice(0, mostProblems),
    entries: walk.entries,
    first: begun.next,
    sealedThrough: walk.seal === 0 ? 0 : sealedThrough,
    unsealed: walk.next - 1 - sealedThrough,
    head,
  };
}

const notThere = (seal: number, prunedThrough: number): string =>
  seal < prunedThrough
    ? `seal ${seal} was pruned with its entries since it was noted; note a newer one`
    : `seal ${seal}, as it was noted, is not in the chain: what it sealed was replaced or cut off`;

/** How far the walk along the chain has come. */
interface Walk {
  /** Number of the entry that has to come next. */
  next: number;
  hash: string;
  /** Number of the last seal. */
  seal: number;
  entries: number;
}

interface Begun {
  readonly next: number;
  readonly hash: string;
  readonly seal: number;
  readonly problems: readonly AuditProblem[];
}

/** At entry 1, or after what was pruned, if the server itself did that. */
async function whereItBegins(store: Store, { pruned }: AuditExtent, keys: AuditKeys): Promise<Begun> {
  if (pruned === undefined) return { next: 1, hash: beginning, seal: 0, problems: [] };
  const [anchor] = await store.seals({ after: pruned.seal - 1, limit: 1 });
  const key = keys.all.get(pruned.key);
  const next = pruned.last + 1;
  const isOurs =
    key !== undefined &&
    anchor?.number === pruned.seal &&
    anchor.last === pruned.last &&
    prunedMark(key, anchor.hash, pruned) === pruned.mark;
  const hash = anchor?.number === pruned.seal ? anchor.hash : beginning;
  const message = `the entries before ${next} were not taken off by this server's retention`;
  return { next, hash, seal: pruned.seal, problems: isOurs ? [] : [{ number: 1, message }] };
}

async function verifySeal(
  store: Store,
  keys: AuditKeys,
  walk: Walk,
  seal: AuditSeal,
): Promise<readonly AuditProblem[]> {
  const problems: AuditProblem[] = [];
  const say = (number: number, message: string) => problems.push({ number, message });
  if (seal.number !== walk.seal + 1)
    say(walk.next, `${missing("seal", walk.seal + 1, seal.number - 1)} missing before entry ${seal.first}`);
  const rows = await store.rows({ after: seal.first - 1, through: seal.last, limit: mostPerSeal });
  // Those before a seal that is missing may be there; that is told above.
  const gap = firstGap(seal.number === walk.seal + 1 ? walk.next : seal.first, seal.last, rows);
  if (gap !== undefined) say(gap.from, `${missing("entry", gap.from, gap.to)} missing`);
  const key = keys.all.get(seal.key);
  if (key === undefined)
    say(seal.first, `seal ${seal.number} was made with a key (${seal.key}) that this server does not have`);
  else if (gap === undefined) {
    const problem = compare(key, walk.hash, seal, rows);
    if (problem !== undefined) problems.push(problem);
  }
  walk.entries += rows.length;
  walk.next = Math.max(walk.next, seal.last + 1);
  walk.hash = seal.hash;
  walk.seal = seal.number;
  return problems;
}

/** What does not fit between a seal and its entries; undefined: nothing. */
function compare(
  key: Uint8Array,
  before: string,
  seal: AuditSeal,
  rows: readonly AuditRow[],
): AuditProblem | undefined {
  const all = links(key, before, rows);
  const marks = all.map((one) => one.slice(0, markLength));
  const isSame = sealLink(key, all.at(-1) ?? before, seal) === seal.hash;
  if (isSame && marks.join("") === seal.marks) return undefined;
  const wrong = marks.findIndex((mark, at) => !seal.marks.startsWith(mark, at * markLength));
  const row = isSame ? undefined : rows[wrong];
  return row === undefined
    ? { number: seal.first, message: `seal ${seal.number} was altered` }
    : { number: row.number, message: `entry ${row.number} is not as it was sealed` };
}

/** Entries without a seal have numbers all the same, and those at the end were not given yet. */
async function verifyTail(store: Store, extent: AuditExtent, walk: Walk): Promise<readonly AuditProblem[]> {
  const problems: AuditProblem[] = [];
  const unsealed = walk.next;
  for (let last = unsealed - 1; ; ) {
    const rows = await store.rows({ after: last, limit: rowsAtOnce });
    const end = rows.at(-1)?.number;
    if (end === undefined) break;
    const gap = firstGap(last + 1, end, rows);
    if (gap !== undefined)
      problems.push({ number: gap.from, message: `${missing("entry", gap.from, gap.to)} missing` });
    walk.entries += rows.length;
    walk.next = end + 1;
    last = end;
  }
  if (extent.lastEver >= walk.next)
    problems.push({
      number: walk.next,
      message: `${missing("entry", walk.next, extent.lastEver)} missing at the end`,
    });
  if (extent.lastSealEver > walk.seal)
    problems.push({
      number: unsealed,
      message: `${missing("seal", walk.seal + 1, extent.lastSealEver)} missing at the end`,
    });
  return problems;
}

/** The first numbers from `from` to `to` that no row has. */
function firstGap(
  from: number,
  to: number,
  rows: readonly AuditRow[],
): { readonly from: number; readonly to: number } | undefined {
  let next = from;
  for (const { number } of rows) {
    if (number > next) return { from: next, to: number - 1 };
    if (number === next) next += 1;
  }
  return next > to ? undefined : { from: next, to };
}

const missing = (what: "entry" | "seal", from: number, to: number): string =>
  from === to ? `${what} ${from} is` : `${what === "entry" ? "entries" : "seals"} ${from} to ${to} are`;
