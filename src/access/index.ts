export { AccessError, type AccessErrorCode } from "./access-error.ts";
export { createToken, deleteToken, listTokens } from "./api-tokens.ts";
export { type Authenticate, createAuthenticate } from "./authenticate.ts";
export { ensureRoot, type RootLogin } from "./ensure-root.ts";
export { may, type Principal, requirePermission, toPrincipal } from "./principal.ts";
export { createRole, deleteRole, listRoles, readRole, rolesOf, updateRole } from "./roles.ts";
export { type RunCredentials, runCredentials } from "./run-credentials.ts";
export { loadSecretKey, SecretKeyError } from "./secret-key.ts";
export {
  accountDigest,
  accountEtag,
  createServiceAccount,
  deleteServiceAccount,
  listServiceAccounts,
  rotateServiceAccountToken,
  updateServiceAccount,
} from "./service-accounts.ts";
