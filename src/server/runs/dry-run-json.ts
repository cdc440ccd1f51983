import type { DryRun } from "../../runs/index.ts";

/** What a run would do, as the API writes it. */
export const dryRunJson = ({ version, parameters, state, reason, approval, steps }: DryRun) => ({
  dry_run: true,
  action_id: version.actionId,
  action_name: version.action.name,
  version: version.number,
  digest: version.digest,
  would: state === "queued" ? "run" : state === "skipped" ? "skip" : "fail",
  why: reason ?? null,
  approval: approval ?? null,
  parameters,
  steps: steps.map(({ id, name, would, why, provider, program, env, step, problems }) => ({
    id,
    name,
    kind: step.program.kind,
    would,
    why: why ?? null,
    if: step.if,
    provider:
      provider === undefined
        ? null
        : { name: provider.name, target: provider.target ?? null, digest: provider.digest ?? null },
    program,
    env,
    timeout: step.timeout,
    retries: step.retries.limit,
    problems,
  })),
});
