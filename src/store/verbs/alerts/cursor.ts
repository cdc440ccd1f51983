import { StoreError } from "../../store-error.ts";

/** A place in a list that is sorted by an instant and a text. */
export const writeCursor = (at: number, text: string): string =>
  `${at}-${Buffer.from(text).toString("base64url")}`;

/** @throws StoreError `BAD_CURSOR` */
export function readCursor(cursor: string): { readonly at: number; readonly text: string } {
  const [, at, text] = /^(\d{1,16})-([A-Za-z0-9_-]*)$/.exec(cursor) ?? [];
  if (at === undefined || text === undefined)
    throw new StoreError("BAD_CURSOR", "The cursor is not one that a list of alerts gave out.");
  return { at: Number(at), text: Buffer.from(text, "base64url").toString() };
}

export const limitOf = (limit: number): number => Math.min(1000, Math.max(1, Math.trunc(limit)));
