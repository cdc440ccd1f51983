import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore, openStore } from "../../src/store/index.ts";
import { alertStoreContract } from "../contract/alert-store.ts";

alertStoreContract("SQLite in its thread", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rota-store-"));
  const store = await openStore({ path: join(folder, "rota.db") });
  const close = async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  };
  return { store, close };
});

alertStoreContract("memory", async () => {
  const store = await memoryStore();
  return { store, close: () => store.close() };
});
