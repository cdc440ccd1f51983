import { addVersion } from "./add-version.ts";
import { createAction } from "./create-action.ts";
import { findAction, findActionByName, listActions } from "./find-action.ts";
import { advanceLedger, ledgerHistory, readLedger } from "./ledger.ts";
import { readVersion } from "./read-version.ts";
import { removeAction } from "./remove-action.ts";

/** The registry's verbs by name. */
export const registryVerbs = {
  createAction,
  addVersion,
  removeAction,
  findAction,
  findActionByName,
  listActions,
  readVersion,
  readLedger,
  ledgerHistory,
  advanceLedger,
} as const;
