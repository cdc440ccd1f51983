import type { Generated } from "kysely";

/** Tables of the access verbs (migrations 0003, 0011 and 0016). Instants are µs, grants are JSON, booleans are 0 or 1. */
/** Tables of the access verbs (migrations 0003, 0013 and 0016). Instants are µs, grants are JSON, booleans are 0 or 1. */
export interface AccessTables {
  identities: IdentityRow;
  roles: RoleRow;
  role_users: RoleUserRow;
  api_tokens: ApiTokenRow;
  audit: AuditTableRow;
  audit_keys: AuditKeyRow;
  audit_seals: AuditSealRow;
  audit_pruned: AuditPrunedRow;
  key_check: { one: number; text: string };
  receiver_addresses: ReceiverAddressRow;
}

export interface IdentityRow {
  /** "" for root. */
  organization: string;
  email: string;
  kind: string;
  admin: number;
  first_name: string;
  last_name: string;
  secret_hash: string;
  hint: string | null;
  permissions: string;
  managed_by: string | null;
  created_at: number;
  revision: number;
}
export interface RoleRow {
  organization: string;
  name: string;
  permissions: string;
}
export interface RoleUserRow {
  organization: string;
  role: string;
  email: string;
}
export interface ApiTokenRow {
  id: string;
  organization: string;
  email: string;
  name: string;
  hash: string;
  created_at: number;
  expires_at: number | null;
  /** What it is narrowed to: a role, or grants as JSON. */
  role: string | null;
  permissions: string | null;
  /** null: made before this was kept. */
  created_by: string | null;
  last_used_at: number | null;
}
export interface ReceiverAddressRow {
  organization: string;
  receiver: string;
  generation: number;
  made_at: number;
  made_by: string;
}
export interface AuditTableRow {
  number: Generated<number>;
  at: number;
  organization: string;
  actor: string;
  action: string;
  object: string;
  /** Migration 0013, as the rest. */
  address: string | null;
  outcome: Generated<string>;
  detail: string | null;
  count: Generated<number>;
}
export interface AuditKeyRow {
  number: number;
  sealed: string;
  made_with: string;
  at: number;
}
export interface AuditSealRow {
  number: Generated<number>;
  first: number;
  last: number;
  at: number;
  key: number;
  hash: string;
  marks: string;
}
export interface AuditPrunedRow {
  one: number;
  seal: number;
  last: number;
  key: number;
  mark: string;
}
