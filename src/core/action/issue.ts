/** A place in a file. Line and column count from 1; column in UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** Where the marked text ends (exclusive), on the same line; absent: one character. */
  readonly endColumn?: number;
}

/** One problem that a person can act on. All problems of all files are reported at once. */
export interface Issue extends Position {
  /** Stable, upper-case with underscores: CRON_NEVER_FIRES. Contract. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** What is wrong, as a sentence without a final dot. */
  readonly message: string;
  /** Path relative to the repository's root, with "/". */
  readonly file: string;
  /** The whole source line, for the caret. */
  readonly source: string | undefined;
  /** What to do: `did you mean "schedule"?` */
  readonly hint: string | undefined;
}
