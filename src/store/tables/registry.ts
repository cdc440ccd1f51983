/** Tables of the registry's verbs (migrations 0002 and 0007). Instants are µs, JSON is text, booleans are 0 or 1. */
export interface RegistryTables {
  actions: ActionRow;
  accepted: AcceptedRow;
  syncs: SyncRow;
  providers: ProviderRow;
}

/** One per live action; what a list shows of its current version is repeated here. */
export interface ActionRow {
  organization: string;
  id: string;
  name: string;
  version: number;
  type: string;
  timing: string | null;
  enabled: number;
  protect: number;
  description: string;
  digest: string;
  code: string;
  zip_file_name: string;
  managed_by: string | null;
  /** Migration 0008, as `tags` (a JSON list) and `owner`. */
  category: string | null;
  tags: string;
  owner: string | null;
  created_by: string;
  created_at: number;
  updated_by: string;
  updated_at: number;
}

/** Beside a row of `versions`: where the upload is, and who made it. */
export interface AcceptedRow {
  organization: string;
  action_id: string;
  number: number;
  blob: string;
  zip_file_name: string;
  manifest: string | null;
  managed_by: string | null;
  created_by: string;
  created_at: number;
}

/** One per apply. Items are kept of the newest generation of a scope only. */
export interface SyncRow {
  organization: string;
  scope: string;
  generation: number;
  commit: string | null;
  plan_id: string;
  actor: string;
  at: number;
  items: string | null;
  /** Declared in rota.yaml; of the newest generation only. */
  alerts: string | null;
}

/** One per declared provider. */
export interface ProviderRow {
  organization: string;
  name: string;
  kind: string;
  /** Its canonical form. */
  fields: string;
  digest: string;
  managed_by: string | null;
  revision: number;
  created_by: string;
  created_at: number;
  updated_by: string;
  updated_at: number;
}
