import { readFileSync } from "node:fs";

/** The version of the package, as its package.json says; the same from src/ and from dist/. */
export function productVersion(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
