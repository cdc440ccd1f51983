import { HttpError } from "../http-error.ts";

const key = /^[A-Z][A-Z0-9_]*$/;

/** Environment variables as OpenObserve takes them. @throws HttpError 400 with its words. */
export function readEnv(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw notJson();
  const entries = Object.entries(value);
  if (entries.some(([, text]) => typeof text !== "string")) throw notJson();
  if (entries.some(([name]) => !key.test(name)))
    throw new HttpError(400, "Environment variable keys must be uppercase and alphanumeric");
  return Object.fromEntries(entries) as Record<string, string>;
}

/** The same out of a form's field. */
export function readEnvText(text: string): Readonly<Record<string, string>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notJson();
  }
  return readEnv(value);
}

const notJson = () => new HttpError(400, "Invalid JSON in environment variables");
