export { type AcceptAsk, acceptVersion, removeAction } from "./accept/accept-version.ts";
export type { FormField, RegistryParts, Upload } from "./accept/upload.ts";
export { RegistryError, type RegistryErrorKind } from "./registry-error.ts";
