import type { Migration } from "./migrate.ts";

/**
 * Built-in roles have members and no row, so a membership no longer refers to one; roles that had the name of one
 * get another, as their members are not to gain rights. A token may be narrowed to a role or to permissions.
 */
export const people: Migration = {
  number: 11,
  name: "people",
  sqlite: [
    `CREATE TABLE memberships (
      organization TEXT NOT NULL,
      role TEXT NOT NULL,
      email TEXT NOT NULL,
      PRIMARY KEY (organization, email, role)
    ) STRICT, WITHOUT ROWID`,
    `INSERT INTO memberships
      SELECT organization, CASE WHEN role IN ('operator', 'approver') THEN role || '_own' ELSE role END, email FROM role_users`,
    "DROP TABLE role_users",
    "ALTER TABLE memberships RENAME TO role_users",
    "CREATE INDEX role_users_by_role ON role_users (organization, role)",
    "UPDATE roles SET name = name || '_own' WHERE name IN ('operator', 'approver')",
    "ALTER TABLE api_tokens ADD COLUMN role TEXT",
    "ALTER TABLE api_tokens ADD COLUMN permissions TEXT",
    "ALTER TABLE api_tokens ADD COLUMN created_by TEXT",
    "ALTER TABLE api_tokens ADD COLUMN last_used_at INTEGER",
  ],
};
