/** Tables of the destinations' verbs (migration 0015). Instants are µs, JSON is text. */
export interface DestinationTables {
  destinations: DestinationRow;
  templates: TemplateRow;
}

export interface DestinationRow {
  organization: string;
  name: string;
  /** KSUID. */
  id: string;
  module: string;
  template: string | null;
  /** All of it. */
  fields: string;
}

export interface TemplateRow {
  organization: string;
  name: string;
  /** KSUID. */
  id: string;
  /** All of it. */
  fields: string;
}
