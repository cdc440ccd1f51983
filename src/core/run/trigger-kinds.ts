import type { Trigger } from "./run.ts";

const kinds: Readonly<Record<Trigger["kind"], true>> = {
  schedule: true,
  once: true,
  manual: true,
  test: true,
  search: true,
  build: true,
  step: true,
  retry: true,
  alert: true,
  destination: true,
  event: true,
  notification: true,
};

/** Everything that may have caused a run. */
export const triggerKinds = Object.keys(kinds) as readonly Trigger["kind"][];
