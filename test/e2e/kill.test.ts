import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { killRound, type Round, start } from "./kill-round.ts";
import { Repository, type ServerProcess, temporary } from "./product.ts";
import { type VictimKind, victimKinds } from "./victims.ts";

/* `npm run soak -- kill`: 200 rounds, or ROTA_KILL_ROUNDS; ROTA_KILL_SEED repeats one that failed. */

const soak = process.env.ROTA_SOAK !== undefined;
const rounds = Number(process.env.ROTA_KILL_ROUNDS ?? (soak ? 200 : 2));
const seed = Number(process.env.ROTA_KILL_SEED ?? (soak ? Date.now() % 1_000_000 : 2));

const project = `scope: e2e
serviceAccounts:
  killed@example.com:
    permissions: [{ object: "action_scripts:_all_default", permission: AllowGet }]
environments:
  test: { server: "http://127.0.0.1:5090" }
`;
const actions = {
  sleeper:
    "import subprocess\n\ndef main(data, logger):\n    subprocess.run(['sleep', '600'])\n    return data\n",
  daemon: `import os, signal, time

def main(data, logger):
    for number in (1, 2, 15):
        signal.signal(number, signal.SIG_IGN)
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    time.sleep(600)
    return data
`,
  busy: "def main(data, logger):\n    for n in range(3000):\n        print(n, 'y' * 200)\n    return data\n",
  quick: "def main(data, logger):\n    return data\n",
};

/** How runs may end, by what was killed. A child takes its own run along at most, which may fail by that very signal. */
const rules: Readonly<Record<VictimKind, RegExp>> = {
  server: /^(succeeded|interrupted|cancelled)$/,
  keeper: /^(succeeded|interrupted|cancelled)$/,
  guardian: /^(succeeded|interrupted|cancelled)$/,
  child: /^(succeeded|interrupted|cancelled|failed by SIGKILL)$/,
  zygote: /^(succeeded|interrupted|cancelled)$/,
  "server and keeper": /^(succeeded|interrupted|cancelled)$/,
};

it.runIf(process.platform === "linux")(
  `kill -9 at random moments under load, ${rounds} rounds with seed ${seed}`,
  { timeout: 120_000 + rounds * 60_000 },
  async () => {
    const data = temporary();
    let server: ServerProcess = await start(data);
    await apply(() => server);
    const random = mulberry32(seed);
    const done: Round[] = [];
    for (let number = 1; number <= rounds; number++) {
      // The first two are the same everywhere; then whatever chance takes.
      const kind =
        number === 1 ? "server" : (victimKinds[Math.floor(random() * victimKinds.length)] ?? "server");
      const killing = { data, random, patience: soak ? 1_000 : 10_000, load: 14 };
      const round = await killRound(killing, server, kind).catch((error: unknown) => {
        throw new Error(`round ${number} of seed ${seed} (${kind})`, { cause: error });
      });
      server = round.server;
      done.push(round);
      if (soak) console.info(`${number}/${rounds} ${roundText(round)}`);
      for (const end of round.ends) expect(end, roundText(round)).toMatch(rules[round.kind]);
      if (round.kind === "child")
        expect(round.ends.filter((end) => /failed|interrupted/.test(end)).length).toBeLessThanOrEqual(1);
    }
    console.info(summary(done));
  },
);

async function apply(server: () => ServerProcess): Promise<void> {
  const repository = new Repository(server);
  repository.write("rota.yaml", project);
  for (const [name, code] of Object.entries(actions)) {
    mkdirSync(join(repository.folder, "actions", name), { recursive: true });
    repository.write(`actions/${name}/action.yaml`, "type: realtime\nserviceAccount: killed@example.com\n");
    repository.write(`actions/${name}/main.py`, code);
  }
  repository.commit("Be killed");
  const applied = await repository.rota("apply", "--yes");
  expect(applied.code, applied.out + applied.err).toBe(0);
}

function count(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

const countText = (words: readonly string[]): string =>
  Object.entries(count(words))
    .map(([word, times]) => `${times} ${word}`)
    .join(", ");

const roundText = ({ kind, gone, ends }: Round): string =>
  `${kind}: gone after ${gone.toFixed()} ms; runs: ${countText(ends)}`;

const summary = (done: readonly Round[]): string =>
  `${done.length} rounds with seed ${seed}: killed ${countText(done.map(({ kind }) => kind))}; all gone after ${Math.max(...done.map(({ gone }) => gone)).toFixed()} ms at most; runs: ${countText(done.flatMap(({ ends }) => ends))}`;

/** A small generator of numbers from 0 up to 1, the same ones for the same seed. */
function mulberry32(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
