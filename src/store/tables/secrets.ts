/** Tables of the secrets' verbs (migration 0006). Instants are µs. */
export interface SecretTables {
  secrets: SecretRow;
}

export interface SecretRow {
  organization: string;
  name: string;
  /** `keyId.nonce.ciphertext`; never the value. */
  sealed: string;
  created_at: number;
  created_by: string;
  updated_at: number;
  updated_by: string;
}
