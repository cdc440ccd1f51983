/** What went wrong, for whoever answers: 400, 404, 412 of HTTP. */
export type RegistryErrorKind = "invalid" | "not-found" | "precondition";

/** Something that was asked of the registry and cannot be done: `code` is contract, the message a sentence for the user. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  readonly kind: RegistryErrorKind;
  readonly code: string;
  constructor(kind: RegistryErrorKind, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.code = code;
  }
}
