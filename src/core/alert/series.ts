import type { HeardAlert, KnownEntry } from "./admission.ts";

/** The entries that a message tells of, as they come about. */
export interface Series {
  /** The entry that tells of the same already: this firing or its end; without `startsAt` the state that it is in. */
  find(alert: HeardAlert): string | undefined;
  /** Whether it ends what the history says is firing. */
  isEndOfFiring(alert: HeardAlert): boolean;
  hear(alert: HeardAlert, entry: string): void;
  isDealtWith(entry: string, link: string): boolean;
  dealWith(entry: string, link: string): void;
}

/** The entries that are known, by series (fingerprint). */
export function seriesOf(entries: readonly KnownEntry[]): Series {
  const byFiring = new Map<string, string>();
  const latest = new Map<string, Pick<HeardAlert, "state" | "startsAt"> & { readonly entry: string }>();
  const dealtWith = new Map<string, Set<string>>();
  const hear = (alert: Pick<HeardAlert, "fingerprint" | "state" | "startsAt">, entry: string) => {
    if (alert.startsAt !== undefined) byFiring.set(firingOf(alert), entry);
    latest.set(alert.fingerprint, { state: alert.state, startsAt: alert.startsAt, entry });
  };
  for (const entry of entries.toSorted((a, b) => Number(a.latest) - Number(b.latest))) {
    dealtWith.set(entry.id, new Set(entry.dealtWith));
    hear(entry, entry.id);
    if (!entry.latest) latest.delete(entry.fingerprint);
  }
  return {
    find(alert) {
      if (alert.startsAt !== undefined) return byFiring.get(firingOf(alert));
      const last = latest.get(alert.fingerprint);
      return last?.state === alert.state && last.startsAt === undefined ? last.entry : undefined;
    },
    isEndOfFiring: ({ fingerprint, state }) =>
      state === "resolved" && latest.get(fingerprint)?.state === "firing",
    hear,
    isDealtWith: (entry, link) => dealtWith.get(entry)?.has(link) ?? false,
    dealWith(entry, link) {
      const links = dealtWith.get(entry) ?? new Set();
      dealtWith.set(entry, links.add(link));
    },
  };
}

const firingOf = ({ fingerprint, state, startsAt }: Pick<HeardAlert, "fingerprint" | "state" | "startsAt">) =>
  `${state} ${startsAt} ${fingerprint}`;
