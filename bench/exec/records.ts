import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { interleaved, type Row } from "../row.ts";
import { transform } from "./actions.ts";
import { canLook, forgetPeak, peak } from "./processes.ts";
import { scale } from "./scale.ts";
import type { World } from "./world.ts";

const bare = `${transform}

import json, resource, sys
with open(sys.argv[1]) as file:
    data = json.load(file)
with open(sys.argv[2], "w") as file:
    json.dump(main(data, None), file)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
`;

/** Records through main(data, logger), against a program that reads, changes and writes the same JSON. */
export async function records(world: World): Promise<readonly Row[]> {
  const { client, python, folder, serverPid } = world;
  const [script, given, made] = ["records.py", "given.json", "made.json"].map((name) => join(folder, name));
  const text = JSON.stringify(Array.from({ length: scale.records }, (_, index) => record(index)));
  writeFileSync(script!, bare);
  writeFileSync(given!, text);
  const body = Buffer.from(`{"inputs":${text}}`);
  const [children, bares]: [number[], number[]] = [[], []];
  if (canLook) forgetPeak(serverPid);
  const samples = await interleaved(
    scale.recordRounds,
    () => client.test("records", body),
    async () => void bares.push(Number(await python.run([script!, given!, made!])) / 1e6),
  );
  children.push(((await client.newestRun("records")).peak_memory ?? Number.NaN) / 1e6);
  const rate = (ms: number) => (scale.records * 1000) / ms;
  const what = `${scale.records} records (${(text.length / 1e6).toFixed(1)} MB)`;
  const floor = "python3 that reads and writes the same JSON";
  return [
    {
      ...{ what: `records a second through main(data, logger), ${what}`, floor, unit: "records/s" },
      ...{ measured: samples.measured.map(rate), floors: samples.floors.map(rate), aim: { atLeast: 0.6 } },
    },
    {
      ...{ what: `peak memory of the execution, ${what}`, floor, unit: "MB" },
      ...{ measured: children, floors: bares, aim: undefined },
    },
    ...(canLook ? [serverPeak(what, peak(serverPid))] : []),
  ];
}

const serverPeak = (what: string, megabytes: number | undefined): Row => ({
  ...{ what: `peak memory of the server, ${what}`, floor: undefined, floors: [], unit: "MB" },
  ...{ measured: megabytes === undefined ? [] : [megabytes], aim: undefined },
});

/** About 200 bytes of JSON, as a log record is. */
const record = (index: number) => ({
  _timestamp: 1_700_000_000_000_000 + index,
  level: index % 10 === 0 ? "error" : "info",
  kubernetes_pod_name: `checkout-${index % 50}`,
  status: 200 + (index % 5),
  duration: index / 7,
  message: `request ${index} was answered for customer ${index % 977} by backend ${index % 13}`,
});
