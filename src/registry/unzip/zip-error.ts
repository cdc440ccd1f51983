import { RegistryError } from "../registry-error.ts";

export type ZipErrorCode =
  | "ZIP_UNREADABLE"
  | "ZIP_ENCRYPTED"
  | "ZIP_UNSUPPORTED"
  | "ZIP_OVERLAP"
  | "ZIP_TOO_LARGE"
  | "ZIP_NAME"
  | "ZIP_NOT_A_FILE"
  | "ZIP_DAMAGED";

/** An archive that is not taken; OpenObserve's text for these begins the same way. */
export const zipError = (code: ZipErrorCode, why: string, cause?: unknown): RegistryError =>
  new RegistryError("invalid", code, `Error reading ZIP file: ${why}`, { cause });
