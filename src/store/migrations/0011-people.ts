import type { Migration } from "./migrate.ts";

export const people: Migration = { number: 11, name: "people", sqlite: [] };
