/**
 * A process that creates runs in the store at argv[2] as fast as it can and prints the id of each one that was
 * acknowledged, until it is killed.
 */
import { writeSync } from "node:fs";
import { openStore } from "../../src/store/index.ts";
import { newRun, someVersion } from "../contract/run-store.ts";

const store = await openStore({ path: process.argv[2] ?? "" });
const version = someVersion({ concurrency: { limit: undefined, overlap: "allow" } });
await store.runs.place(version, undefined);
const random = () => crypto.getRandomValues(new Uint8Array(16));
const { ksuid } = await import("../../src/core/wire/ksuid.ts");
const writer = async () => {
  for (;;) {
    const run = newRun(version, { id: ksuid(Date.now(), random()) });
    await store.runs.create([run], undefined);
    // Straight to the pipe: what stays in a buffer of this process would not prove an acknowledgement.
    writeSync(1, `${run.id}\n`);
  }
};
await Promise.all(Array.from({ length: 20 }, writer));
