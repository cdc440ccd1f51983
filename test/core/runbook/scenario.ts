import fc from "fast-check";

/** What happens to a run beside its steps: somebody cancels it, or the server that works on it ends. */
export type Incident = "nothing" | "cancel" | "crash";

export interface PlannedStep {
  readonly if: string;
  /** Further attempts. */
  readonly retries: number;
  /** Before each of them, ms. */
  readonly delay: number;
  readonly timeout: number;
  readonly continueOnError: boolean;
  readonly idempotent: boolean;
}

/** One execution as it would end by itself. */
export interface PlannedTry {
  readonly end: "succeeded" | "failed" | "out_of_memory";
  /** ms */
  readonly lasts: number;
  /** Just before it starts. */
  readonly before: Incident;
  /** Half-way through it. */
  readonly during: Incident;
}

/** A runbook, and the world that it runs in. Executions are numbered over all steps; the last try is repeated. */
export interface Scenario {
  readonly timeout: number;
  readonly steps: readonly PlannedStep[];
  readonly tries: readonly PlannedTry[];
  /** After the last step, before the end is written. */
  readonly atEnd: Incident;
}

export const tryNumber = ({ tries }: Scenario, execution: number): PlannedTry =>
  tries[Math.min(execution, tries.length - 1)] as PlannedTry;

const step: fc.Arbitrary<PlannedStep> = fc.record({
  if: fc.oneof(
    { weight: 3, arbitrary: fc.constant("previous_success") },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        "always",
        "previous_failure",
        "run.failed",
        "!run.failed",
        "1 == 1",
        "1 == 2",
      ),
    },
  ),
  retries: fc.constantFrom(0, 0, 1, 2),
  // Shorter and longer than a worker waits in its place.
  delay: fc.constantFrom(0, 1000, 40_000),
  timeout: fc.constantFrom(5_000, 20_000, 600_000),
  continueOnError: fc.boolean(),
  idempotent: fc.boolean(),
});

const incident = (most: number): fc.Arbitrary<Incident> =>
  fc.oneof(
    { weight: most, arbitrary: fc.constant("nothing" as const) },
    { weight: 1, arbitrary: fc.constantFrom("cancel" as const, "crash" as const) },
  );

const anyTry: fc.Arbitrary<PlannedTry> = fc.record({
  end: fc.oneof(
    { weight: 3, arbitrary: fc.constant("succeeded" as const) },
    { weight: 2, arbitrary: fc.constantFrom("failed" as const, "out_of_memory" as const) },
  ),
  // Never as long as anything that is whole seconds: what comes first is never a matter of taste.
  lasts: fc.constantFrom(2, 1_002, 12_002, 31_002),
  before: incident(12),
  during: incident(8),
});

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  timeout: fc.constantFrom(15_000, 61_000, 600_000),
  steps: fc.array(step, { minLength: 1, maxLength: 8 }),
  tries: fc.array(anyTry, { minLength: 1, maxLength: 12 }),
  atEnd: incident(12),
});
