/** Tables of the registry's verbs (migration 0002). */
// biome-ignore lint/suspicious/noEmptyInterface: filled with the registry's tables
export interface RegistryTables {}
