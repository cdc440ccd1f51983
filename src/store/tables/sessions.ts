/** Tables of the session verbs (migration 0012). Instants are µs. */
export interface SessionTables {
  sessions: SessionRow;
  oidc_people: OidcPersonRow;
}

export interface SessionRow {
  /** SHA-256, hex. */
  secret_hash: string;
  id: string;
  /** "" for root. */
  organization: string;
  email: string;
  signed_in_by: string;
  proof: string;
  created_at: number;
  last_used_at: number;
  idle_until: number;
  expires_at: number;
  address: string;
  user_agent: string;
}
export interface OidcPersonRow {
  organization: string;
  email: string;
  issuer: string;
  subject: string;
  /** The roles that the provider gave, a JSON list. */
  roles: string;
}
