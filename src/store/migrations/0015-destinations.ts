import type { Migration } from "./migrate.ts";

export const destinations: Migration = { number: 15, name: "destinations", sqlite: [] };
