import { addVersion } from "./add-version.ts";
import { countCategories } from "./count-categories.ts";
import { createAction } from "./create-action.ts";
import { findAction, findActionByName, listActions } from "./find-action.ts";
import { findProvider, listProviders } from "./find-provider.ts";
import { advanceLedger, declaredAlerts, ledgerHistory, readLedger } from "./ledger.ts";
import { putProvider } from "./put-provider.ts";
import { readVersion } from "./read-version.ts";
import { removeAction } from "./remove-action.ts";
import { removeProvider } from "./remove-provider.ts";

/** The registry's verbs by name. */
export const registryVerbs = {
  createAction,
  addVersion,
  removeAction,
  findAction,
  findActionByName,
  listActions,
  countCategories,
  readVersion,
  putProvider,
  removeProvider,
  findProvider,
  listProviders,
  readLedger,
  ledgerHistory,
  advanceLedger,
  declaredAlerts,
} as const;
