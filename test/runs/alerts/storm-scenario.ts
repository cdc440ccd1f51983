import fc from "fast-check";
import type { AlertLink } from "../../../src/core/action/action.ts";
import type { AlertState } from "../../../src/core/alert/alert.ts";

/** An action that is linked to alerts, as far as a storm cares. */
export interface StormAction {
  readonly type: "runbook" | "realtime";
  readonly links: readonly StormLink[];
}
export interface StormLink {
  readonly on: AlertLink["on"];
  readonly keyed: boolean;
  /** Minutes; 0: at once. */
  readonly delay: number;
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

const links: fc.Arbitrary<StormLink> = fc.record({
  on: fc.constantFrom<AlertLink["on"]>(["firing"], ["firing"], ["resolved"], ["firing", "resolved"]),
  keyed: fc.boolean(),
  delay: fc.constantFrom(0, 0, 3),
  cooldown: fc.constantFrom(undefined, undefined, 2, 10),
});
const actions: fc.Arbitrary<StormAction> = fc.record({
  type: fc.constantFrom("runbook" as const, "runbook" as const, "realtime" as const),
  links: fc.array(links, { minLength: 1, maxLength: 2 }),
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
  { weight: 4, arbitrary: fc.record({ do: fc.constant("pass" as const), seconds: fc.nat(240) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set back" as const), seconds: fc.nat(120) }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("switch" as const), which }) },
);

export const storms: fc.Arbitrary<Storm> = fc.record({
  actions: fc.array(actions, { minLength: 1, maxLength: 3 }),
  steps: fc.array(steps, { minLength: 5, maxLength: 30 }),
});
