import type { RunJson } from "../connection/wire.ts";
import type { Io } from "../io.ts";
import { standingText } from "./approval-texts.ts";
import { neutralise } from "./neutralise.ts";
import { stateText } from "./run-texts.ts";

/** What a vote has made of a run. */
export function afterVote(io: Io, run: RunJson): string[] {
  const id = neutralise(run.id);
  if (run.state === "waiting" && run.approval?.state === "asked")
    return [`Your vote counts: ${standingText(run.approval, io.now())}.`];
  if (run.state === "rejected") return [`${id} is ${stateText(io, run.state)}; nothing of it has run.`];
  return [
    `Approved: ${id} is ${stateText(io, run.state)}. \`rota logs ${id}\` follows it.`,
    ...(run.reason == null ? [] : [neutralise(run.reason)]),
  ];
}
