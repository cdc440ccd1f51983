/** What a compiled schema says about one problem (ajv's shape, as far as it is read here). */
export interface SchemaError {
  /** JSON Pointer into the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The keyword's value. */
  readonly schema: unknown;
  readonly parentSchema: { readonly errorMessage?: string; readonly errorCode?: string };
  readonly data: unknown;
  /** Set when the problem is about a key, not its value. */
  readonly propertyName?: string;
}
