import { interleaved, type Row } from "../row.ts";
import { bareProgram } from "./latency.ts";
import { scale } from "./scale.ts";
import type { World } from "./world.ts";

/** Executions a second with so many clients, each of which sends its next request when it has its answer. */
export async function throughput({ client, python, folder }: World): Promise<readonly Row[]> {
  const script = bareProgram(folder, 10);
  const rows: Row[] = [];
  for (const clients of [1, 2, 4, 8]) {
    const samples = await interleaved(
      scale.batches,
      () => together(clients, () => client.test("fibo_10")),
      () => together(clients, () => python.run([script])),
    );
    const rate = (ms: number) => (scale.batch * 1000) / ms;
    rows.push({
      what: `executions of fibo(10) a second, ${clients} at once`,
      floor: `python3 fibo_10.py, ${clients} at once`,
      unit: "runs/s",
      measured: samples.measured.map(rate),
      floors: samples.floors.map(rate),
      aim: undefined,
      notes: `batches of ${scale.batch}`,
    });
  }
  return rows;
}

/** A batch of work by so many at once. */
async function together(clients: number, work: () => Promise<unknown>): Promise<void> {
  let left: number = scale.batch;
  const one = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: clients }, one));
}
