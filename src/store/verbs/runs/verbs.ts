import { asking, pinsHold } from "./asking.ts";
import { claim } from "./claim.ts";
import { codesInUse } from "./codes-in-use.ts";
import { create } from "./create.ts";
import { named, pinned, version } from "./current-version.ts";
import { due } from "./due.ts";
import { find, get } from "./find.ts";
import { follow, lastVerdict, notices, postpone, tellHeld } from "./follow.ts";
import { keepBuild } from "./keep-build.ts";
import { placeSchedule as place, removeSchedule as withdraw } from "./place-schedule.ts";
import { record } from "./record.ts";
import { abandon, renew } from "./renew.ts";
import { outdated, remove } from "./retention.ts";
import { steps } from "./steps.ts";
import { summaries } from "./summaries.ts";
import { watchers } from "./watches.ts";

/** The verbs of runs by name. */
export const runVerbs = {
  create,
  claim,
  record,
  renew,
  abandon,
  due,
  find,
  get,
  version,
  pinned,
  named,
  codesInUse,
  keepBuild,
  summaries,
  steps,
  asking,
  pinsHold,
  outdated,
  remove,
  place,
  withdraw,
  watchers,
  follow,
  postpone,
  notices,
  tellHeld,
  lastVerdict,
} as const;
