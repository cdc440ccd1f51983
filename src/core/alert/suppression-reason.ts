import type { Milliseconds } from "../time.ts";
import type { AlertLimits, Suppression } from "./admission.ts";

/** Why an alert started nothing, as a sentence for its history. */
export function suppressionReason(
  why: Suppression,
  run: string | undefined,
  cooldown: Milliseconds | undefined,
  { perAction }: Pick<AlertLimits, "perAction">,
): string {
  switch (why) {
    case "alive":
      return `Run ${run} of the same key has not ended.`;
    case "repeated":
      return "The same firing was dealt with before; a link with a cooldown starts again once that is over.";
    case "cooldown":
      return `The last start of the same key was less than the link's cooldown of ${(cooldown ?? 0) / 1000} s ago.`;
    case "limited":
      return `Alerts have started the action ${perAction} times a minute, which is the limit (ROTA_ALERT_LIMIT_PER_ACTION).`;
  }
}
