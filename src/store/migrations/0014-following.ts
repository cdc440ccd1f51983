import type { Migration } from "./migrate.ts";

export const following: Migration = { number: 14, name: "following", sqlite: [] };
