import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Absolute path of a folder that the package ships; the same from src/ in a clone and from dist/. */
export const productFolder = (name: "templates" | "schemas"): string =>
  fileURLToPath(new URL(`../../../${name}`, import.meta.url));

/** The version of the package, as its package.json says. */
export function productVersion(): string {
  const file = new URL("../../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
