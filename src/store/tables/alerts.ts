/** Tables of the alert verbs (migration 0010). Instants are µs, JSON is text, booleans are 0 or 1. */
export interface AlertTables {
  alert_organizations: AlertOrganizationRow;
  alert_linked: AlertLinkedRow;
  alert_names: AlertNameRow;
  alert_entries: AlertEntryRow;
  alert_outcomes: AlertOutcomeRow;
  alert_keys: AlertKeyRow;
  alert_waiting: AlertWaitingRow;
  alert_buckets: AlertBucketRow;
  alert_overflow: AlertOverflowRow;
}

export interface AlertOrganizationRow {
  organization: string;
  /** Of its links. */
  revision: number;
  /** How many there are. */
  entries: number;
}

/** Live actions whose current version is linked to alerts. */
export interface AlertLinkedRow {
  organization: string;
  action_id: string;
}

export interface AlertNameRow {
  organization: string;
  name: string;
  receiver: string;
  state: string;
  first_at: number;
  last_at: number;
  received: number;
  started: number;
  suppressed: number;
  /** How many there are. */
  entries: number;
}

export interface AlertEntryRow {
  id: string;
  organization: string;
  receiver: string;
  name: string;
  state: string;
  fingerprint: string;
  starts_at: number | null;
  ends_at: number | null;
  url: string | null;
  labels: string;
  annotations: string;
  count: number;
  first_at: number;
  last_at: number;
  unmatched: number;
  /** The last that was heard of its fingerprint. */
  latest: number;
}

export interface AlertOutcomeRow {
  entry: string;
  action_id: string;
  link: number;
  kind: string;
  /** "": none. */
  run: string;
  action_name: string;
  key: string | null;
  reason: string | null;
  count: number;
  first_at: number;
  last_at: number;
}

/** The last start by an alert of each action and key. */
export interface AlertKeyRow {
  organization: string;
  action_id: string;
  /** As `storedKey` writes it. */
  key: string;
  run: string;
  started_at: number;
  /** When it means nothing any more, unless the run is alive. */
  until: number;
}

/** Firing alerts that asked for a run that waits; gone when they resolve. */
export interface AlertWaitingRow {
  run: string;
  organization: string;
  receiver: string;
  fingerprint: string;
  starts_at: number | null;
  action_id: string;
  /** As `storedKey` writes it. */
  key: string;
}

export interface AlertBucketRow {
  organization: string;
  /** "receiver" or "action". */
  of: string;
  name: string;
  tokens: number;
  at: number;
}

export interface AlertOverflowRow {
  organization: string;
  of: string;
  name: string;
  minute: number;
  count: number;
  first_at: number;
  last_at: number;
}
