import { scale } from "../exec/scale.ts";
import { interleaved, type Row } from "../row.ts";
import { script } from "./actions.ts";
import { bare } from "./bare.ts";
import type { World } from "./world.ts";

/** Three commands as three steps, against the same three in the script of one step, and in a bare shell. */
export async function threeSteps({ client }: World): Promise<readonly Row[]> {
  const what = "runbook of 3 steps at local through HTTP";
  const steps = () => client.test("three_steps");
  const inOne = await interleaved(scale.threeSteps, steps, () => client.test("one_script"));
  const inShell = await interleaved(scale.threeSteps, steps, () => bare("/bin/sh", ["-c", script(3)]));
  const [step] = (await client.newestRunbook("three_steps")).steps;
  const notes = `isolation ${step?.attempts[0]?.isolation}`;
  return [
    { what, floor: "runbook of 1 step with the same 3 commands", ...inOne, aim: 2, notes },
    { what, floor: "sh -c with the same 3 commands", ...inShell, aim: undefined, notes },
  ];
}
