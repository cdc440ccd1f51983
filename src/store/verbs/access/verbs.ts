import { endLogins } from "./end-logins.ts";
import { identify, identifyToken } from "./identify.ts";
import { createIdentity, deleteIdentity, listIdentities, updateIdentity } from "./identities.ts";
import { keyCheck, setKeyCheck } from "./key-check.ts";
import { readAudit } from "./read-audit.ts";
import { makeReceiverAddress, receiverAddress } from "./receiver-address.ts";
import { recordAudit } from "./record-audit.ts";
import {
  createRole,
  deleteRole,
  findRole,
  listMemberships,
  listRoles,
  rolesOf,
  updateRole,
} from "./roles.ts";
import { putRoot, root } from "./root.ts";
import { listStars, putStar, removeStar } from "./stars.ts";
import { createToken, deleteToken, listTokens, touchToken } from "./tokens.ts";

/** The verbs of access by name: `store.area("access")` is an AccessStore. */
export const accessVerbs = {
  putRoot,
  root,
  identify,
  identifyToken,
  listIdentities,
  createIdentity,
  updateIdentity,
  deleteIdentity,
  endLogins,
  listMemberships,
  listRoles,
  findRole,
  rolesOf,
  createRole,
  updateRole,
  deleteRole,
  createToken,
  listTokens,
  deleteToken,
  touchToken,
  putStar,
  removeStar,
  listStars,
  recordAudit,
  readAudit,
  receiverAddress,
  makeReceiverAddress,
  keyCheck,
  setKeyCheck,
} as const;
