import { isAsked } from "../../core/approval/run-approval.ts";
import type { Run } from "../../core/run/run.ts";
import { createSchedules } from "../../core/schedule/schedules.ts";
import { after } from "../../core/time.ts";
import { dealWithFollowup, tellHeldNotices } from "../follow/deal-with-followup.ts";
import { loseRun } from "../lose-run.ts";
import type { DueTick, LostRun } from "../ports/run-store.ts";
import type { RunRef, RunsParts } from "../service.ts";
import { settle } from "../settle.ts";
import { oneAtATime } from "../work/worker-pool.ts";
import { dealWithTick } from "./deal-with-tick.ts";

/** Looked at in one go, so that workers get their turn. */
const batch = 100;
/** Never sleeps longer, ms: clocks are set, machines are suspended, bells are lost. */
const longest = 60_000;
/** Pause after a look that failed, or left something undone, ms. */
const pause = 1_000;

export interface DueLoop {
  /** Looks now: something that waits may have come earlier. */
  look(): void;
  /** Resolves when no look is under way; there is none afterwards. */
  stop(): Promise<void>;
}

/**
 * Deals with whatever time brings: ticks, delays, leases that ended. One timer, for the earliest of them. `ready`
 * is called when runs may be ready to be claimed.
 */
export function dueLoop(parts: RunsParts, ready: () => void, lostReason: (run: Run) => string): DueLoop {
  const { store, clock, report } = parts;
  const schedules = createSchedules();
  let stopped = false;
  let takeBack: () => void = () => undefined;
  const looking = oneAtATime(look);

  async function look(): Promise<void> {
    if (stopped) return;
    takeBack();
    const now = clock.now();
    let next = after(now, pause);
    try {
      const due = await store.due(now, batch);
      const whole = [
        await all(due.ticks, dealWith),
        await all(due.lost, reap),
        await all(due.delays, release),
        await all(due.followups, (followup) => dealWithFollowup(parts, followup, clock.now())),
        await all(due.notices, (held) => tellHeldNotices(parts, held, clock.now())),
      ].every(Boolean);
      // A schedule that was just moved on fires again at a time that this look has not seen.
      const isMore = due.ticks.length + due.followups.length > 0;
      const soonest = isMore ? now : (due.next ?? after(now, longest));
      next = whole ? Math.min(soonest, after(now, longest)) : next;
    } catch (error) {
      report("looking for what is due", error);
    }
    if (stopped) return;
    ready();
    takeBack = clock.alarm(next, looking);
  }

  async function dealWith(tick: DueTick): Promise<void> {
    const runs = await dealWithTick({ store, schedules, sealer: parts.sealer }, tick, clock.now());
    if (runs.length > 0 && tick.version.action.concurrency.overlap === "replace") parts.bell.ring("cancels");
  }

  const reap = ({ run, action }: LostRun) => loseRun(parts, run, action, lostReason(run), undefined);

  /** The end of a delay, or of the time that people had to answer. */
  const release = (run: Run) =>
    settle(parts, refOf(run), { kind: isAsked(run.approval) ? "expire" : "due" }, clock.now(), undefined);

  /** One after the other; what fails for one stops none of the others. Answers whether none failed. */
  async function all<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<boolean> {
    let whole = true;
    for (const item of items) {
      if (stopped) return false;
      try {
        await work(item);
      } catch (error) {
        whole = false;
        report("dealing with what is due", error);
      }
    }
    return whole;
  }

  return {
    look: looking,
    async stop() {
      stopped = true;
      takeBack();
      await looking.idle();
    },
  };
}

const refOf = ({ organization, id }: Run): RunRef => ({ organization, run: id });
