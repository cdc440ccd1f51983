export { AccessError, type AccessErrorCode } from "./access-error.ts";
export { createToken, deleteToken, listTokens } from "./api-tokens.ts";
export { type ApprovalLink, type ApprovalLinks, approvalLinks } from "./approval-links.ts";
export { type AuditAttempts, auditAttempts } from "./audit/audit-attempts.ts";
export { auditEntry } from "./audit/audit-entry.ts";
export { type AuditService, auditService } from "./audit/audit-service.ts";
export { claimedBy, claimedEmail } from "./audit/claimed-by.ts";
export { noteLogins } from "./audit/note-logins.ts";
export { type Authenticate, createAuthenticate } from "./authenticate.ts";
export { ensureRoot, type RootLogin } from "./ensure-root.ts";
export {
  may,
  mayOnSome,
  type Principal,
  requireCoversKnown,
  requirePermission,
  requireShown,
  requireWithin,
  toPrincipal,
} from "./principal.ts";
export { readEmail } from "./read-email.ts";
export { type ReceiverAddresses, receiverAddresses, showReceiverAddress } from "./receiver-addresses.ts";
export { createRole, deleteRole, listRoles, readRole, rolesOf, updateRole } from "./roles.ts";
export { type RunCredentials, runCredentials } from "./run-credentials.ts";
export { keyFileOf, loadSecretKey } from "./secret-key.ts";
export { type Seal, sealWith } from "./secrets/seal.ts";
export { parameterSealer, type TextSealer } from "./secrets/sealer.ts";
export { SecretKeyError } from "./secrets/secret-key-error.ts";
export { type SecretValues, secretValues } from "./secrets/secret-values.ts";
export { deleteSecret, listSecrets, setSecret } from "./secrets/stored-secrets.ts";
export {
  accountDigest,
  accountEtag,
  createServiceAccount,
  deleteServiceAccount,
  listServiceAccounts,
  rotateServiceAccountToken,
  updateServiceAccount,
} from "./service-accounts.ts";
export { withSessions } from "./sessions/authenticate-session.ts";
export {
  endOwnSession,
  endSessions,
  listSessions,
  organizationsOf,
} from "./sessions/own-sessions.ts";
export {
  endSession,
  type SessionLimits,
  signInProven,
  startSession,
} from "./sessions/sessions.ts";
export {
  createUser,
  deleteUser,
  endLogins,
  listUsers,
  readUser,
  type User,
  updateUser,
} from "./users.ts";
