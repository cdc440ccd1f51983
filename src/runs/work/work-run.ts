import { workDelivery } from "../deliver/work-delivery.ts";
import { deliveryId } from "../follow/built-in.ts";
import type { Claimed } from "../ports/run-store.ts";
import { workRunbook } from "../runbook/work-runbook.ts";
import type { RunsParts } from "../service.ts";
import type { Aside, Stops } from "./stops.ts";
import { workProgram } from "./work-program.ts";

/** Works on a claimed run from its start to what becomes of it. Never rejects. */
export function workRun(parts: RunsParts, claimed: Claimed, stops: Stops, aside: Aside): Promise<void> {
  const { action, actionId } = claimed.version;
  if (actionId === deliveryId) return workDelivery(parts, claimed, stops, aside);
  return action.type === "runbook"
    ? workRunbook({ parts, claimed, action, stops, aside })
    : workProgram(parts, claimed, stops);
}
