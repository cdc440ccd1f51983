import type { AlertStore } from "../runs/ports/alert-store.ts";
import type { AreaVerbs } from "./verb-types.ts";

/** The alert verbs behind the port that runs declare. */
export const alertStore = (verbs: AreaVerbs["alerts"]): AlertStore => ({
  linked: (organization, known) => verbs.linked({ organization, known }),
  foresee: (ask) => verbs.foresee(ask),
  take: (ask) => verbs.take(ask),
  names: (ask) => verbs.names(ask),
  entries: (ask) => verbs.entries(ask),
  heard: (ask) => verbs.heard(ask),
  nameOfEntry: (ask) => verbs.nameOfEntry(ask),
  overflow: (ask) => verbs.overflow(ask),
  forget: (ask) => verbs.forget(ask),
});
