import { type Attempted, type MachineDescription, tryEscapes } from "../../executor/index.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { printJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";

/** `rota doctor --isolation`: tries to escape from executions on this machine, and tells what came of each attempt. */
export async function showEscapes(io: Io, json: boolean): Promise<number> {
  let machine: MachineDescription | undefined;
  const attempts: Attempted[] = [];
  try {
    for await (const one of tryEscapes((found) => {
      machine = found;
      if (!json) io.out(`Level ${found.level}. ${found.missing.join(" ")}`.trim());
    })) {
      attempts.push(one);
      if (!json) show(io, one);
    }
  } catch (error) {
    io.note(error instanceof Error ? error.message : String(error));
    return exitCode.internal;
  }
  const count = (outcome: string) => attempts.filter((one) => one.outcome === outcome).length;
  const counts = {
    held: count("held"),
    open: count("open"),
    refused: count("refused"),
    broken: count("broken"),
  };
  const notHeld = attempts.filter((one) => one.outcome !== "held");
  if (json)
    printJson(io, { level: machine?.level ?? null, missing: machine?.missing ?? [], counts, attempts });
  else {
    // Once more, below: among all those that held nobody finds them.
    if (notHeld.length > 0) io.out("\nNot held:");
    for (const one of notHeld) show(io, one);
    const numbers = Object.entries(counts).filter(([outcome, n]) => n > 0 || outcome !== "broken");
    io.out(`\n${numbers.map(([outcome, n]) => `${n} ${outcome}`).join(", ")}.`);
    if (counts.open > 0)
      io.out("docs/security/isolation.md says which are open by design, and at which level.");
  }
  return counts.broken === 0 ? exitCode.done : exitCode.internal;
}

function show(io: Io, { action, attempt, outcome, detail }: Attempted): void {
  const mark = outcome === "held" ? io.style("green", "held   ") : io.style("yellow", outcome.padEnd(7));
  const what = attempt.replaceAll("-", " ");
  io.out(`${mark}  ${action.padEnd(28)} ${what.padEnd(42)} ${neutralise(detail).slice(0, 80)}`.trimEnd());
}
