import type { SchemaError } from "./schema-error.ts";

/** A compiled schema: false leaves what is wrong in `errors` until the next call. */
export interface Validate {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}
export declare const validateAction: Validate;
export declare const validateRota: Validate;
export declare const validateOverlay: Validate;
