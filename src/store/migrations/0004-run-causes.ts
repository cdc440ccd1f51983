import type { Migration } from "./migrate.ts";

/** How the last execution of a run ended, and how long it ran: its state alone does not tell. */
export const runCauses: Migration = {
  number: 4,
  name: "run causes",
  sqlite: ["ALTER TABLE runs ADD COLUMN cause TEXT", "ALTER TABLE runs ADD COLUMN duration INTEGER"],
};
