import type {
  Chunk,
  Executor,
  HttpProgram,
  Limits,
  Outcome,
  Place,
} from "../../../src/runs/ports/executor.ts";

export interface Asked extends Partial<Omit<HttpProgram, "kind" | "url">> {
  readonly limits?: Partial<Limits>;
  readonly place?: Place;
  readonly signal?: AbortSignal;
  readonly output?: (chunk: Chunk) => Promise<void>;
}

export interface Answered {
  readonly outcome: Outcome;
  /** The lines of the body. */
  readonly body: readonly string[];
  /** What the executor itself said, with its times left out. */
  readonly said: readonly string[];
  readonly result:
    | { status: number; headers: Record<string, string>; body: unknown; note?: string }
    | undefined;
}

/** Makes a GET request, from a host that was written down where nothing else is asked for. */
export async function ask(executor: Executor, url: string, asked: Asked = {}): Promise<Answered> {
  const { limits, place, signal, output, ...program } = asked;
  const chunks: Chunk[] = [];
  const outcome = await executor.execute(
    {
      run: "0000000000000000000000000",
      program: {
        kind: "http",
        method: "GET",
        url,
        headers: {},
        body: undefined,
        expectStatus: undefined,
        expectContains: undefined,
        expectHeaders: {},
        expectJson: {},
        trusted: true,
        ...program,
      },
      place: place ?? { kind: "sandbox" },
      env: {},
      limits: {
        timeout: 20_000,
        grace: 0,
        memory: 2 ** 29,
        processes: 64,
        output: 2 ** 20,
        disk: 2 ** 28,
        ...limits,
      },
      network: true,
      isolation: "best",
      keep: undefined,
    },
    {
      input: (async function* () {})(),
      signal: signal ?? new AbortController().signal,
      output: async (chunk) => {
        chunks.push(chunk);
        await output?.(chunk);
      },
    },
  );
  const of = (stream: Chunk["stream"]) =>
    chunks.filter((chunk) => chunk.stream === stream).map(({ text }) => text);
  return {
    outcome,
    body: of("stdout"),
    said: of("system").map((text) => text.replace(/\d+ ms$/, "N ms").replace(/\d+ ms, to/, "N ms, to")),
    result: outcome.result && JSON.parse(Buffer.from(outcome.result).toString("utf8")),
  };
}
