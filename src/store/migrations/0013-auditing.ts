import type { Migration } from "./migrate.ts";

export const auditing: Migration = { number: 13, name: "auditing", sqlite: [] };
