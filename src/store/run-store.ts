import type { RunStore } from "../runs/ports/run-store.ts";
import type { AreaVerbs } from "./verb-types.ts";

/** The run verbs behind the port that runs declare. */
export const runStore = (verbs: AreaVerbs["runs"]): RunStore => ({
  create: (runs, move) => verbs.create({ runs, move }),
  claim: (ask) => verbs.claim(ask),
  record: (change, fence) => verbs.record({ change, fence }),
  renew: (ask) => verbs.renew(ask),
  abandon: (now) => verbs.abandon({ now }),
  due: (now, limit) => verbs.due({ now, limit }),
  find: (query) => verbs.find(query),
  get: (organization, run) => verbs.get({ organization, run }),
  asking: (organization, limit) => verbs.asking({ organization, limit }),
  pinsHold: (run) => verbs.pinsHold({ run }),
  steps: (run) => verbs.steps({ run }),
  named: (organization, name) => verbs.named({ organization, name }),
  pinned: (run) => verbs.pinned({ run }),
  version: (organization, actionId) => verbs.version({ organization, actionId }),
  keepBuild: (run) => verbs.keepBuild({ run }),
  codesInUse: () => verbs.codesInUse({}),
  summaries: (organization) => verbs.summaries({ organization }),
  outdated: (ask) => verbs.outdated(ask),
  remove: (runs) => verbs.remove({ runs }),
  watchers: (ask) => verbs.watchers(ask),
  follow: (followed) => verbs.follow(followed),
  postpone: (ask) => verbs.postpone(ask),
  notices: (organization, actionId) => verbs.notices({ organization, actionId }),
  tellHeld: (told) => verbs.tellHeld(told),
  lastVerdict: (ask) => verbs.lastVerdict(ask),
  place: (version, next) => verbs.place({ version, next }),
});
