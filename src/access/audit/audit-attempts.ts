import { after, type Instant, toMilliseconds } from "../../core/time.ts";
import { invisibleCharacters } from "../../core/unseen-characters.ts";
import { type FailureLimits, failedLogins } from "../failed-logins.ts";
import { networkOf } from "../network-of.ts";
import type { AccessStore, AuditEntry } from "../ports.ts";
import type { Principal } from "../principal.ts";
import { auditEntry } from "./audit-entry.ts";
import type { AuditClock } from "./audit-service.ts";

/** Something that was asked for and refused. */
export interface RefusedAttempt {
  readonly organization: string;
  /** E-mail, or what was claimed to be it. */
  readonly actor: string;
  /** Whether who it is has been proved. */
  readonly isKnown: boolean;
  readonly address: string;
  /** "login", "request", or what the route calls it. */
  readonly action: string;
  /** `POST /api/:org/actions/:id/run`. */
  readonly route: string;
  /** The sentence that was answered. */
  readonly message: string;
}
export interface AuditAttempts {
  /**
   * Somebody has proved who they are with this credential: written once for each credential and address, and again
   * after a day. `credential` is never shown; `how` ends the sentence: "with a password".
   */
  login(principal: Principal, credential: string, how: string): Promise<void>;
  /** Resolves when it is written, or counted. */
  refused(attempt: RefusedAttempt): Promise<void>;
  /** Writes what was only counted until now. Idempotent. */
  stop(): Promise<void>;
}
export interface AuditAttemptsNeeds {
  readonly store: Pick<AccessStore, "recordAudit">;
  readonly clock: AuditClock;
  report(what: string, error: unknown): void;
}

/**
 * How many entries are written of those who have not proved who they are: at most 14,600 a day, about 5 MB. One address
 * (of IPv6: one network) has less, so that it cannot use up what others' attempts are seen by.
 */
const unknown = { each: { burst: 20, every: 60_000 }, all: { burst: 200, every: 6_000 } };
/** And of those who have. */
const known = { each: { burst: 60, every: 10_000 }, all: { burst: 1_000, every: 2_000 } };

const minute = 60_000;
const day = 24 * 60 * minute;
/** Logins remembered at once; the oldest goes first and is written again. */
const mostLogins = 10_000;

/**
 * Writes logins and refused attempts down. An attacker decides how many there are, so: the same one again within a
 * minute is counted, and written as one entry at the minute's end; and beyond a rate all are only counted.
 */
export function auditAttempts({ store, clock, report }: AuditAttemptsNeeds): AuditAttempts {
  const rates = failedLogins(() => toMilliseconds(clock.now()));
  const logins = new Map<string, Instant>();
  const minuteOf = new Map<string, { readonly entry: AuditEntry; again: number }>();
  /** Of those that came too fast. */
  const beyond = { done: 0, refused: 0 };
  let takeBack: (() => void) | undefined;

  const write = (entry: AuditEntry): Promise<void> =>
    store.recordAudit(entry).catch((error: unknown) => report("writing the audit", error));
  const admits = (who: string, { each, all }: { each: FailureLimits; all: FailureLimits }, name: string) =>
    rates.begin(`${name} ${who}`, each).wait === 0 && rates.begin(name, all).wait === 0;
  const countOnly = (outcome: keyof typeof beyond) => {
    beyond[outcome] += 1;
    arm();
  };
  const arm = () => {
    takeBack ??= clock.alarm(after(clock.now(), minute), () => void flush());
  };
  const flush = async () => {
    takeBack?.();
    takeBack = undefined;
    const repeated = [...minuteOf.values()].filter(({ again }) => again > 0);
    const [counts, at] = [{ ...beyond }, clock.now()];
    minuteOf.clear();
    Object.assign(beyond, { done: 0, refused: 0 });
    for (const { entry, again } of repeated) await write({ ...entry, at, count: again });
    for (const outcome of ["done", "refused"] as const)
      if (counts[outcome] > 0) await write({ ...tooMany[outcome], at, count: counts[outcome] });
  };

  return {
    async login(principal, credential, how) {
      const key = JSON.stringify([principal.organization, principal.email, credential, principal.address]);
      const now = clock.now();
      const before = logins.get(key);
      if (before !== undefined && now < after(before, day)) return;
      logins.delete(key);
      logins.set(key, now);
      const oldest = logins.size > mostLogins ? logins.keys().next().value : undefined;
      if (oldest !== undefined) logins.delete(oldest);
      if (!admits(principal.email, known, "known")) return countOnly("done");
      const type = principal.kind === "service-account" ? "service_accounts" : "user";
      await write(auditEntry(principal, now, "login", `${type}:${principal.email}`, how));
    },
    async refused(attempt) {
      const entry: AuditEntry = {
        at: clock.now(),
        organization: attempt.organization,
        actor: plain(attempt.actor, 100),
        action: attempt.action,
        object: `route:${attempt.route}`,
        address: attempt.address,
        outcome: "refused",
        detail: plain(attempt.message, 300),
      };
      const { organization, actor, action, object, address } = entry;
      const key = JSON.stringify([organization, actor, action, object, address]);
      const same = minuteOf.get(key);
      if (same !== undefined) {
        same.again += 1;
        return;
      }
      const isAdmitted = attempt.isKnown
        ? admits(`${organization}\n${actor}`, known, "known")
        : admits(networkOf(attempt.address), unknown, "unknown");
      if (!isAdmitted) return countOnly("refused");
      minuteOf.set(key, { entry, again: 0 });
      arm();
      await write(entry);
    },
    stop: flush,
  };
}

const system = { organization: "default", actor: "system", action: "login", object: "route:any" } as const;
const tooMany = {
  done: {
    ...system,
    outcome: "done",
    detail: "logins of any organization that came too fast to be written one by one",
  },
  refused: {
    ...system,
    outcome: "refused",
    detail: "attempts of any organization that came too fast to be written one by one",
  },
} as const;

/** What somebody claims may hold anything. */
const plain = (text: string, most: number): string =>
  text.slice(0, most).replace(invisibleCharacters, "?").replaceAll("\ufffd", "?");
