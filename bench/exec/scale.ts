const quick = process.env.ROTA_BENCH_QUICK === "1";
const rungSeconds = Number(process.env.ROTA_BENCH_RUNG_SECONDS ?? (quick ? 2 : 15));
if (!(rungSeconds > 0)) throw new Error("ROTA_BENCH_RUNG_SECONDS must be a number of seconds above 0");

/** How much is measured: enough for a p99, or just enough to see that the bench works. */
export const scale = {
  /** Single executions of fibo(10). */
  light: quick ? 10 : 500,
  /** Single executions that import the heavy package. */
  heavy: quick ? 5 : 100,
  /** Sequences of 40 × fibo(10). */
  shortSequences: quick ? 1 : 5,
  /** Sequences of 10 × fibo(33). */
  longSequences: quick ? 1 : 3,
  longSequence: quick ? 2 : 10,
  /** Batches at each concurrency, and executions in one. */
  batches: quick ? 1 : 5,
  batch: quick ? 8 : 120,
  /** Records of one execution, and how often. */
  records: quick ? 2_000 : 40_000,
  recordRounds: quick ? 2 : 10,
  /** Runs of three steps, of twenty, and of ten on another machine. */
  threeSteps: quick ? 10 : 200,
  twentySteps: quick ? 3 : 30,
  sshRuns: quick ? 3 : 30,
  rungSeconds,
  /** Runs a minute, up to the first that the server does not bear. */
  rungs: quick
    ? [250, 1_000]
    : [
        250, 500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 6_000, 8_000, 10_000, 12_000, 16_000,
        24_000,
      ],
  /** The same of runbooks with two steps. */
  runbookRungs: quick ? [500, 1_000] : [500, 1_000, 1_500, 2_000, 3_000],
} as const;
