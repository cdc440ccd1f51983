const longestName = 100;

/**
 * The stored form of a stream's name, as OpenObserve makes it by default: lower case, and what is not a letter,
 * digit, `_` or `:` becomes `_`. undefined: no name of a stream.
 */
export function streamName(written: string): string | undefined {
  const name = written.replaceAll(/[^a-zA-Z0-9_:]/g, "_").toLowerCase();
  // SQLite keeps names with this beginning for itself.
  return name === "" || name.length > longestName || name.startsWith("sqlite_") ? undefined : name;
}
