/** Holds a lock until it is killed: node hold-lock.ts FILE */
import { holdLock } from "../../../src/executor/environments/build-lock.ts";

await holdLock(process.argv[2] ?? "", new AbortController().signal);
process.send?.("held");
setInterval(() => undefined, 1000);
