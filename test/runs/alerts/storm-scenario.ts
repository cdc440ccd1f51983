import fc from "fast-check";
import type { AlertLink } from "../../../src/core/action/action.ts";
import type { AlertState } from "../../../src/core/alert/alert.ts";

/** An action that is linked to alerts, as far as a storm cares. */
export interface StormAction {
  readonly type: "runbook" | "realtime";
  readonly links: readonly StormLink[];
  /** What no answer means to a run of it that waits for people. */
  readonly onExpiry: "reject" | "approve";
}
export interface StormLink {
  readonly on: AlertLink["on"];
  readonly keyed: boolean;
  /** Minutes; 0: at once. */
  readonly delay: number;
  /** Two people have to agree first; it has no delay then. */
  readonly asks: boolean;
  /** Minutes; undefined: none. */
  readonly cooldown: number | undefined;
}

export type Receiver = "alertmanager" | "openobserve";
export interface StormAlert {
  /** Two of each share their key. */
  readonly series: number;
  readonly state: AlertState;
  /** It tells of the firing before the current one. */
  readonly late: boolean;
}
export type StormStep =
  | {
      readonly do: "send";
      readonly receiver: Receiver;
      readonly alerts: readonly StormAlert[];
      /** The server dies, with nothing written or with all of it and no answer. */
      readonly crash: "before" | "after" | undefined;
    }
  | { readonly do: "end"; readonly which: number }
  /** Whoever sent the alerts may be among those who answer, and does not count. */
  | { readonly do: "vote"; readonly which: number; readonly by: string; readonly yes: boolean }
  | { readonly do: "pass"; readonly seconds: number }
  | { readonly do: "set back"; readonly seconds: number }
  | { readonly do: "restart" }
  | { readonly do: "switch"; readonly which: number };

export interface Storm {
  readonly actions: readonly StormAction[];
  readonly steps: readonly StormStep[];
}

/** Low, so that storms meet them. */
export const stormLimits = { perAction: 4, perReceiver: 8 };
export const seriesCount = 6;
export const sender = "a@example.com";
export const quorum = 2;
/** How long people have to answer, minutes. */
export const answerWithin = 5;

const links: fc.Arbitrary<StormLink> = fc
  .record({
    asks: fc.constantFrom(false, false, true),
    on: fc.constantFrom<AlertLink["on"]>(["firing"], ["firing"], ["resolved"], ["firing", "resolved"]),
    keyed: fc.boolean(),
    delay: fc.constantFrom(0, 0, 3),
    cooldown: fc.constantFrom(undefined, undefined, 2, 10),
  })
  .map((link) => (link.asks ? { ...link, delay: 0 } : link));
const actions: fc.Arbitrary<StormAction> = fc.record({
  type: fc.constantFrom("runbook" as const, "runbook" as const, "realtime" as const),
  links: fc.array(links, { minLength: 1, maxLength: 2 }),
  onExpiry: fc.constantFrom("reject" as const, "reject" as const, "approve" as const),
});
const alerts = fc.uniqueArray(
  fc.record({
    series: fc.nat(seriesCount - 1),
    state: fc.constantFrom<AlertState>("firing", "firing", "resolved"),
    late: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 1, maxLength: 5, selector: ({ series }) => series },
);
const which = fc.nat(20);
const steps: fc.Arbitrary<StormStep> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      receiver: fc.constantFrom<Receiver>("alertmanager", "alertmanager", "openobserve"),
      alerts,
      crash: fc.constantFrom(undefined, undefined, undefined, undefined, "before" as const, "after" as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("end" as const), which }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("vote" as const),
      which,
      by: fc.constantFrom(sender, "b@example.com", "b@example.com", "c@example.com", "c@example.com"),
      yes: fc.constantFrom(true, true, true, true, false),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("pass" as const), seconds: fc.nat(240) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set back" as const), seconds: fc.nat(120) }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("switch" as const), which }) },
);

export const storms: fc.Arbitrary<Storm> = fc.record({
  actions: fc.array(actions, { minLength: 1, maxLength: 3 }),
  steps: fc.array(steps, { minLength: 5, maxLength: 30 }),
});
