/**
 * A process that makes roles in the store at argv[2] and seals the audit, both as fast as it can, with the key at
 * argv[3] (hex), and prints the name of each role that was acknowledged, until it is killed.
 */
import { writeSync } from "node:fs";
import { openAuditKeys } from "../../../src/access/audit/audit-keys.ts";
import { sealAudit } from "../../../src/access/audit/seal-audit.ts";
import { sealWith } from "../../../src/access/secrets/seal.ts";
import { openStore } from "../../../src/store/index.ts";

const [, , path = "", key = ""] = process.argv;
const store = await openStore({ path });
const keys = await openAuditKeys(store.audit, sealWith(Buffer.from(key, "hex"), "audit key"), 1);

const write = async () => {
  for (;;) {
    const name = crypto.randomUUID();
    const audit = {
      at: 1,
      organization: "default",
      actor: "a@example.com",
      action: "create",
      object: `role:${name}`,
    };
    await store.access.createRole({ organization: "default", name, audit });
    // Straight to the pipe: what stays in a buffer of this process would not prove an acknowledgement.
    writeSync(1, `${name}\n`);
  }
};
const seal = async () => {
  for (;;) await sealAudit(store.audit, keys.current, 2);
};
await Promise.all([seal(), ...Array.from({ length: 10 }, write)]);
