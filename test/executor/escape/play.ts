/** A process that stands for a server and plays the escape suite: play.ts DATA_DIR LEVEL. A line of JSON per attempt. */

import type { IsolationLevel } from "../../../src/core/run/run.ts";
import { createExecutor } from "../../../src/executor/create-executor.ts";
import { playEscapes } from "../../../src/executor/escape/play-escapes.ts";
import { setStage } from "../../../src/executor/escape/stage.ts";

const [dataDir = "", highest, ...actions] = process.argv.slice(2);
process.umask(0o077);
const stage = await setStage(dataDir);
const executor = createExecutor({ dataDir, highest: highest as IsolationLevel });
const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
const { level, missing } = await executor.describe();
say({ level, missing });
for await (const each of playEscapes(executor, stage, actions.length > 0 ? actions : undefined)) say(each);
await executor.stop();
await stage.close();
