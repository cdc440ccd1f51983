import type { Migration } from "./migrate.ts";

export const sessions: Migration = { number: 12, name: "sessions", sqlite: [] };
