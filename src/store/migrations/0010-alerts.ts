import type { Migration } from "./migrate.ts";

export const alerts: Migration = { number: 10, name: "alerts", sqlite: [] };
