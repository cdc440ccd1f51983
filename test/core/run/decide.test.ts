import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Retries } from "../../../src/core/action/action.ts";
import type { Voter } from "../../../src/core/approval/refuse-vote.ts";
import type { Pins, RunApproval } from "../../../src/core/approval/run-approval.ts";
import type { Change } from "../../../src/core/run/change.ts";
import { arrows, decide } from "../../../src/core/run/decide.ts";
import { isRefusal, type Refusal } from "../../../src/core/run/refusal.ts";
import { finalStates, isFinal, type Run, type RunState } from "../../../src/core/run/run.ts";
import type { ExecutionEnd, RunEvent } from "../../../src/core/run/run-event.ts";
import { samples } from "../../samples.ts";
import { someRun } from "./some-run.ts";

const now = 1_800_000_000_000_000;
const none: Retries = { limit: 0, delay: 1000, backoff: "constant" };

const run = (fields: Partial<Run> = {}): Run => ({ ...someRun(now), ...fields });

const voter = (email: string, fields: Partial<Voter> = {}): Voter => ({
  email,
  roles: [],
  isMachine: false,
  mayApprove: true,
  ...fields,
});
const pins: Pins = { version: 1, providers: {}, actions: {} };
const asked = (fields: Partial<RunApproval> = {}): RunApproval => ({
  approvers: [],
  quorum: 2,
  window: 10_000,
  expiresAt: now + 10_000_000,
  onExpiry: "reject",
  notBefore: undefined,
  pins,
  state: "asked",
  votes: [],
  round: 1,
  ...fields,
});
const asking = (fields: Partial<RunApproval> = {}): Run =>
  run({ state: "waiting", approval: asked(fields), dueAt: now + 10_000_000 });

const execution = (end: ExecutionEnd["end"], fields: Partial<ExecutionEnd> = {}): ExecutionEnd => ({
  end,
  reason: end === "succeeded" ? undefined : `it ended: ${end}`,
  isolation: "full",
  exitCode: end === "succeeded" ? 0 : 1,
  signal: undefined,
  duration: 1,
  peakMemory: 1,
  cpuTime: 1,
  resultSize: undefined,
  ...fields,
});

const ends = [
  "succeeded",
  "failed",
  "timed_out",
  "cancelled",
  "out_of_memory",
  "output_limit",
  "not_started",
  "lost",
] as const;

const anyRetries = fc.record({
  limit: fc.integer({ min: 0, max: 3 }),
  delay: fc.integer({ min: 0, max: 10_000 }),
  backoff: fc.constantFrom("constant" as const, "exponential" as const),
});
const anyVote = fc
  .record({
    by: fc.constantFrom("a@example.com", "b@example.com", "c@example.com"),
    mayApprove: fc.boolean(),
    isMachine: fc.boolean(),
    round: fc.constantFrom(undefined, 1, 2),
    yes: fc.boolean(),
  })
  .map(({ by, mayApprove, isMachine, round, yes }): RunEvent => {
    const vote = { voter: voter(by, { mayApprove, isMachine }), round };
    return yes
      ? { ...vote, kind: "approve", comment: undefined }
      : { ...vote, kind: "reject", reason: undefined };
  });
const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.constantFrom<RunEvent>(
    { kind: "due" },
    { kind: "claimed", worker: "w" },
    { kind: "started" },
    { kind: "denied", reason: "the account may not read the script" },
    { kind: "cancel", by: "b@example.com" },
    { kind: "replaced", by: "2sXyEw7f5sKk8pGk1n0Q0h4cZbB" },
    { kind: "withdrawn" },
    { kind: "skip", reason: "skipped" },
    { kind: "expire" },
    { kind: "voided", reason: "The provider was changed", pins },
    { kind: "overtime", failed: true },
    { kind: "overtime", failed: false },
    { kind: "paused", until: now + 5_000_000 },
    { kind: "resumed", reason: "gone", at: now },
  ),
  fc.record({
    kind: fc.constant("ended" as const),
    end: fc.constantFrom(...ends).map((end) => execution(end)),
    retries: anyRetries,
  }),
  anyVote,
  anyVote,
  fc.record({ kind: fc.constant("lost" as const), reason: fc.constant("gone"), retries: anyRetries }),
);

/** The run after a change, as a store would keep it. */
const apply = (before: Run, change: Change): Run => ({
  ...before,
  ...change.patch,
  state: change.to,
  reason: change.reason,
});
const changed = (decision: Change | Refusal): Change => {
  if (isRefusal(decision)) throw new Error(`refused: ${decision.message}`);
  return decision;
};
/** Plays events in order, each a second after the last; refused ones are passed over. */
const play = (from: Run, events: readonly RunEvent[]): readonly Run[] => {
  const history = [from];
  for (const [index, event] of events.entries()) {
    const last = history.at(-1) as Run;
    const decision = decide(last, event, now + index * 1_000_000);
    if (!isRefusal(decision)) history.push(apply(last, decision));
  }
  return history;
};
const begun = { finished: 1, known: 2, current: "a" };
const beginnings = fc.oneof(
  fc
    .tuple(fc.constantFrom<RunState>("waiting", "queued"), fc.constantFrom(undefined, begun))
    .map(([state, progress]) => run({ state, progress: state === "queued" ? progress : undefined })),
  fc
    .record({
      quorum: fc.constantFrom(1, 2),
      onExpiry: fc.constantFrom("reject" as const, "approve" as const),
      expiresAt: fc.constantFrom(now, now + 3_000_000),
      notBefore: fc.constantFrom(undefined, now + 5_000_000),
    })
    .map((fields) => ({ ...asking(fields), dueAt: fields.expiresAt })),
);

describe("decide", () => {
  it("takes no path that the drawn table does not have", () => {
    fc.assert(
      fc.property(beginnings, fc.array(anyEvent, { maxLength: 30 }), (from, events) => {
        const history = play(from, events);
        for (const [index, next] of history.slice(1).entries()) {
          expect(arrows[history[index]?.state ?? "failed"]).toContain(next.state);
        }
      }),
      samples(300, 20_000),
    );
  });

  it("takes every path that the drawn table has", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(beginnings, fc.array(anyEvent, { minLength: 10, maxLength: 30 }), (from, events) => {
        const history = play(from, events);
        for (const [index, next] of history.slice(1).entries())
          seen.add(`${history[index]?.state} ${next.state}`);
      }),
      { ...samples(6_000, 20_000), seed: 7 },
    );
    const drawn = Object.entries(arrows).flatMap(([from, tos]) => tos.map((to) => `${from} ${to}`));
    expect([...seen].sort()).toEqual(drawn.sort());
  });

  it("never moves a run that has ended", () => {
    fc.assert(
      fc.property(fc.constantFrom(...finalStates), anyEvent, (state, event) => {
        expect(decide(run({ state }), event, now)).toMatchObject({ refused: "ENDED" });
      }),
      samples(300, 20_000),
    );
  });

  it("can end every run that has not ended, whatever happened before", () => {
    const closing: readonly RunEvent[] = [
      { kind: "cancel", by: "c@example.com" },
      // A runbook that has begun is worked on once more, to clean up.
      { kind: "claimed", worker: "w" },
      { kind: "ended", end: execution("cancelled"), retries: none },
    ];
    fc.assert(
      fc.property(beginnings, fc.array(anyEvent, { maxLength: 30 }), (from, events) => {
        const last = play(from, events).at(-1) as Run;
        expect(isFinal((play({ ...last, dueAt: now }, closing).at(-1) as Run).state)).toBe(true);
      }),
      samples(300, 20_000),
    );
  });

  it("gives every end an instant, and a sentence unless it succeeded", () => {
    fc.assert(
      fc.property(beginnings, fc.array(anyEvent, { maxLength: 30 }), (from, events) => {
        const last = play(from, events).at(-1) as Run;
        expect(last.endedAt !== undefined).toBe(isFinal(last.state));
        if (isFinal(last.state)) expect(last.reason === undefined).toBe(last.state === "succeeded");
      }),
      samples(300, 20_000),
    );
  });

  it("counts attempts up to the limit and waits as the back-off says", () => {
    const retries: Retries = { limit: 2, delay: 1000, backoff: "exponential" };
    let current = run({ state: "running", startedAt: now });
    const failed: RunEvent = { kind: "ended", end: execution("timed_out"), retries };
    const first = changed(decide(current, failed, now));
    expect(first).toMatchObject({ to: "queued", patch: { attempt: 2, dueAt: now + 1_000_000 } });
    expect(first.reason).toBe("Attempt 1 of 3: it ended: timed_out");
    current = apply({ ...current, ...apply(current, first) }, { ...first, to: "running" });
    const second = changed(decide(current, failed, now));
    expect(second.patch).toMatchObject({ attempt: 3, dueAt: now + 2_000_000 });
    current = { ...apply(current, second), state: "running" };
    expect(changed(decide(current, failed, now))).toMatchObject({ to: "timed_out", patch: { endedAt: now } });
  });

  it("D4: starts nothing without its quorum, whatever happens and in whatever order", () => {
    fc.assert(
      fc.property(beginnings, fc.array(anyEvent, { maxLength: 40 }), (from, events) => {
        for (const { state, approval } of play(from, events)) {
          if (approval === undefined || (state !== "queued" && state !== "running")) continue;
          expect(approval.state).toBe("granted");
          const voters = new Set(approval.votes.map(({ by }) => by));
          expect(voters.has("a@example.com")).toBe(false);
          const enough = voters.size >= approval.quorum || approval.onExpiry === "approve";
          expect(enough).toBe(true);
        }
      }),
      samples(1_000, 50_000),
    );
  });

  it("D4: counts each person once, nobody's own vote, and no machine's", () => {
    const vote = (from: Run, who: Voter, at = now, round?: number) =>
      decide(from, { kind: "approve", voter: who, comment: "seen", round }, at);
    const once = apply(asking(), changed(vote(asking(), voter("b@example.com"))));
    expect(once).toMatchObject({
      state: "waiting",
      approval: { votes: [{ by: "b@example.com", comment: "seen" }] },
    });
    const refused = [
      vote(once, voter("b@example.com")),
      vote(once, voter("a@example.com")),
      vote(once, voter("c@example.com", { isMachine: true })),
      vote(once, voter("c@example.com", { mayApprove: false })),
      vote(once, voter("c@example.com"), now, 2),
      vote(once, voter("c@example.com"), now + 10_000_000),
      decide(once, { kind: "due" }, now + 10_000_000),
    ];
    expect(refused.map((one) => isRefusal(one) && one.message)).toEqual([
      "b@example.com has approved it already.",
      "a@example.com started the run and cannot answer for others; `rota cancel` ends it.",
      "c@example.com is no person: people approve, with a login of their own.",
      'c@example.com is no approver of "check": whoever may approve its runs may answer.',
      "What is asked for has changed since you looked at it: look again, then answer.",
      "The time to approve the run is over.",
      expect.stringContaining("waiting"),
    ]);
    expect(changed(vote(once, voter("c@example.com")))).toMatchObject({
      to: "queued",
      patch: { dueAt: now },
    });
  });

  it("D4: lets those answer that the action names, by e-mail or by role, and nobody else", () => {
    const named = asking({ approvers: ["Ann@Example.com", "role:sre"], quorum: 1 });
    const may = (who: Voter) =>
      !isRefusal(decide(named, { kind: "approve", voter: who, comment: undefined, round: undefined }, now));
    expect(may(voter("ann@example.com", { mayApprove: false }))).toBe(true);
    expect(may(voter("bob@example.com", { mayApprove: false, roles: ["sre"] }))).toBe(true);
    expect(may(voter("root@example.com", { roles: ["admin", "role:sre"] }))).toBe(false);
  });

  it("D4: asks anew when what was approved has changed, even if it waits for a place only", () => {
    const granted = apply(
      asking({ quorum: 1 }),
      changed(
        decide(
          asking({ quorum: 1 }),
          { kind: "approve", voter: voter("b@example.com"), comment: undefined, round: 1 },
          now,
        ),
      ),
    );
    const event: RunEvent = {
      kind: "voided",
      reason: 'The provider "web-1" was changed',
      pins: { ...pins, providers: { "web-1": "d2" } },
    };
    const again = apply(granted, changed(decide(granted, event, now + 5)));
    expect(again).toMatchObject({
      state: "waiting",
      dueAt: now + 5 + 10_000_000,
      approval: { state: "asked", votes: [], round: 2, pins: { providers: { "web-1": "d2" } } },
      reason:
        'The provider "web-1" was changed: what was approved is void. Waits for approval by whoever may approve its runs: 0 of 1 so far.',
    });
    expect(decide({ ...granted, state: "running" }, event, now)).toMatchObject({ refused: "NOT_NOW" });
  });

  it("D4: keeps a delay that was asked for beside the approval", () => {
    const from = asking({ quorum: 1, notBefore: now + 8_000_000 });
    const vote = { kind: "approve", voter: voter("b@example.com"), comment: undefined, round: 1 } as const;
    const delayed = apply(from, changed(decide(from, vote, now)));
    expect(delayed).toMatchObject({
      state: "waiting",
      dueAt: now + 8_000_000,
      approval: { state: "granted" },
    });
    expect(decide(delayed, { kind: "due" }, now + 1)).toMatchObject({ refused: "NOT_NOW" });
    expect(changed(decide(delayed, { kind: "due" }, now + 8_000_000)).to).toBe("queued");
  });

  it("claims nothing before it is due", () => {
    const later = run({ dueAt: now + 1 });
    expect(decide(later, { kind: "claimed", worker: "w" }, now)).toMatchObject({ refused: "NOT_NOW" });
    expect(changed(decide(later, { kind: "claimed", worker: "w" }, now + 1)).to).toBe("running");
  });

  it("keeps the first cause: who cancelled it is told, and no retry follows", () => {
    const asked = apply(
      run({ state: "running" }),
      changed(decide(run({ state: "running" }), { kind: "cancel", by: "b@example.com" }, now)),
    );
    expect(asked).toMatchObject({ state: "running", cancelAsked: true });
    expect(decide(asked, { kind: "cancel", by: "c@example.com" }, now)).toMatchObject({ refused: "ALREADY" });
    const retries: Retries = { limit: 5, delay: 0, backoff: "constant" };
    const end = (kind: ExecutionEnd["end"]) =>
      changed(decide(asked, { kind: "ended", end: execution(kind), retries }, now));
    expect(end("cancelled")).toMatchObject({ to: "cancelled", reason: "Cancelled by b@example.com." });
    expect(end("succeeded")).toMatchObject({ to: "succeeded", reason: undefined });
    expect(end("failed")).toMatchObject({ to: "failed", reason: "it ended: failed" });
    expect(end("lost")).toMatchObject({ to: "cancelled", reason: "Cancelled by b@example.com." });
    expect(changed(decide(asked, { kind: "lost", reason: "gone", retries }, now)).to).toBe("cancelled");
  });

  it("interrupts what is lost, or tries it again when attempts are left", () => {
    const held = run({ state: "running" });
    const lost = (retries: Retries) => changed(decide(held, { kind: "lost", reason: "gone", retries }, now));
    expect(lost(none)).toMatchObject({ to: "interrupted", reason: "gone", patch: { cause: "lost" } });
    expect(lost({ ...none, limit: 1 })).toMatchObject({ to: "queued", patch: { attempt: 2 } });
  });
});
