import type { NotificationCause } from "../../core/action/action.ts";
import { after, type Instant, type Milliseconds } from "../../core/time.ts";
import type { Notices } from "../ports/run-store.ts";

/** So many runs of one action are told of within the span; the rest together when it is over. */
const mostNotices = 20;
const noticeSpan: Milliseconds = 10 * 60_000;

/** What one more run that is told of makes of an action's count, and whether it is sent by itself. */
export function countNotice(
  before: Notices | undefined,
  action: { readonly organization: string; readonly actionId: string },
  causes: readonly NotificationCause[],
  now: Instant,
): { readonly notices: Notices; readonly sent: boolean } {
  const isOver = before === undefined || now >= after(before.since, noticeSpan);
  // What was held back is about to be told: this goes with it.
  if (isOver && before?.dueAt === undefined) return { notices: firstNotice(action, now), sent: true };
  const current = before as Notices;
  if (current.dueAt === undefined && current.sent < mostNotices)
    return { notices: { ...current, sent: current.sent + 1 }, sent: true };
  const held: Partial<Record<NotificationCause, number>> = { ...current.held };
  for (const cause of causes) held[cause] = (held[cause] ?? 0) + 1;
  return {
    notices: { ...current, held, dueAt: current.dueAt ?? after(current.since, noticeSpan) },
    sent: false,
  };
}

export const firstNotice = (
  { organization, actionId }: { readonly organization: string; readonly actionId: string },
  now: Instant,
): Notices => ({ organization, actionId, since: now, sent: 1, held: {}, dueAt: undefined });
