import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { interleaved, type Row } from "../row.ts";
import { fibonacci } from "./actions.ts";
import { scale } from "./scale.ts";
import type { World } from "./world.ts";

/** One execution at a time, warm, from the request to its answer. */
export async function latency({ client, python, heavy }: World): Promise<readonly Row[]> {
  const light = await interleaved(
    scale.light,
    () => client.test("fibo_10"),
    () => python.run(["-c", "pass"]),
  );
  const { isolation } = await client.newestRun("fibo_10");
  const importing = await interleaved(
    scale.heavy,
    () => client.test("importing"),
    () => python.run(["-c", `import ${heavy.module}`], { PYTHONPATH: heavy.folder }),
  );
  const notes = `isolation ${isolation}`;
  return [
    {
      what: "fibo(10) through HTTP, 1 client, warm",
      floor: "python3 -c pass",
      ...light,
      aim: { atMost: 0.6, plus: 5 },
      notes,
    },
    {
      what: `action that imports ${heavy.module} through HTTP, warm`,
      floor: `python3 -c "import ${heavy.module}"`,
      ...importing,
      aim: 0.2,
      notes,
    },
  ];
}

/** The same one after the other, against as many bare interpreters. */
export async function sequences(world: World): Promise<readonly Row[]> {
  const short = await sequence(world, 10, 40, scale.shortSequences);
  const long = await sequence(world, 33, scale.longSequence, scale.longSequences);
  return [
    { ...short, aim: 0.6 },
    { ...long, aim: 1.05 },
  ];
}

async function sequence({ client, python, folder }: World, n: number, times: number, rounds: number) {
  const script = bareProgram(folder, n);
  const repeat = async (work: () => Promise<unknown>) => {
    for (let left = times; left > 0; left--) await work();
  };
  const samples = await interleaved(
    rounds,
    () => repeat(() => client.test(`fibo_${n}`)),
    () => repeat(() => python.run([script])),
  );
  return {
    what: `${times} × fibo(${n}) in sequence through HTTP`,
    floor: `${times} × python3 fibo_${n}.py`,
    ...samples,
  };
}

/** Writes what a bare interpreter runs instead of the action fibo_N; the path. */
export function bareProgram(folder: string, n: number): string {
  const script = join(folder, `fibo_${n}.py`);
  writeFileSync(script, `${fibonacci(n)}\n\nmain()\n`);
  return script;
}
