/** Tables of the access verbs (migration 0003). */
// biome-ignore lint/suspicious/noEmptyInterface: filled with the access tables
export interface AccessTables {}
