export type RepositoryErrorCode =
  | "NOT_A_FOLDER"
  | "GIT_MISSING"
  | "GIT_FAILED"
  | "UNSAFE_DIRECTORY"
  | "BARE_REPOSITORY"
  | "NO_COMMIT"
  | "REVISION_ILLEGAL"
  | "REVISION_UNKNOWN"
  | "OBJECT_MISSING"
  | "SPARSE_CHECKOUT"
  | "DIRTY"
  | "PATH_REFUSED"
  | "FILE_UNREADABLE"
  | "ACTIONS_NOT_A_FOLDER";

/** A repository that cannot be read as asked: the message is a whole sentence for the user. */
export class RepositoryError extends Error {
  override readonly name: string = "RepositoryError";
  readonly code: RepositoryErrorCode;
  constructor(code: RepositoryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
