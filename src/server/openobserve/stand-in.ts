import { randomUUID } from "node:crypto";
import type { Json } from "../../core/json.ts";
import type { Milliseconds } from "../../core/time.ts";
import { type OpenObserve, OpenObserveError } from "./port.ts";
import { readQuery } from "./read-search.ts";
import { readSql } from "./sql-text.ts";
import { streamName } from "./stream-name.ts";
import { createSearcher } from "./streams/searcher.ts";
import { startWriter, type Writer } from "./streams/writer.ts";

export interface StandInSettings {
  /** The file of the streams, `streams.db` in the data folder; made when absent. */
  readonly path: string;
  /** How long a record is kept after its event time. */
  readonly keep: Milliseconds;
  /** Size of the file beyond which the records that came first are removed. */
  readonly mostBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Seven days, half a gigabyte: the stand-in is for following guides on a laptop, not for keeping logs. */
export const standInDefaults = { keep: 7 * 86_400_000, mostBytes: 512 * 1_048_576 } as const;

const mostRecords = 50_000;
const removeEvery: Milliseconds = 10 * 60_000;

/**
 * Stands in for an OpenObserve on a file of its own: takes records and answers SQL over them. Writing happens in a
 * thread, searching in processes that can be ended. Throws Error when the file cannot be opened.
 */
export async function startStandIn(settings: StandInSettings): Promise<OpenObserve> {
  const writer = await startWriter(settings.path);
  const searcher = createSearcher(settings.path);
  const oldest = (): number => (settings.now() - settings.keep) * 1000;
  const removal = keepBounded(writer, () => ({ oldest: oldest(), mostBytes: settings.mostBytes }));
  return {
    async ingest({ organization, stream, records }) {
      const name = streamName(stream);
      if (name === undefined)
        throw new OpenObserveError(400, `${JSON.stringify(stream.slice(0, 100))} is no name of a stream`);
      const list: readonly Json[] = Array.isArray(records) ? records : [records];
      if (list.length > mostRecords)
        throw new OpenObserveError(400, `a request has at most ${mostRecords} records`);
      const now = settings.now() * 1000;
      const { successful, failed, error } = await writer.write({
        organization,
        stream: name,
        records: list,
        now,
        oldest: oldest(),
      });
      removal.written(list.length);
      return { code: 200, status: [{ name, successful, failed, ...(error === undefined ? {} : { error }) }] };
    },

    async search({ organization, body, type, streams }) {
      if (type !== "logs")
        throw new OpenObserveError(400, `the stand-in has no ${type.slice(0, 20)}, only logs`);
      const written = readQuery(body);
      const read = readSql(written.sql);
      if (!read.ok) throw new OpenObserveError(400, `Search SQL not valid: ${read.problem}`);
      const query = { ...written, sql: read.quoted };
      const began = performance.now();
      const { hits, total, columns, scanned } = await searcher.search({ organization, streams, query });
      const took = Math.round(performance.now() - began);
      return {
        took,
        took_detail: {
          total: took,
          cache_took: 0,
          file_list_took: 0,
          wait_in_queue: 0,
          idx_took: 0,
          search_took: took,
        },
        columns,
        hits,
        total,
        from: query.from,
        size: query.size,
        cached_ratio: 0,
        scan_size: Math.round((scanned.bytes / 1_048_576) * 100) / 100,
        idx_scan_size: 0,
        scan_records: scanned.records,
        response_type: "",
        trace_id: randomUUID().replaceAll("-", ""),
        function_error: [],
        is_partial: false,
        result_cache_ratio: 0,
        order_by: "desc",
      };
    },

    async stop() {
      removal.stop();
      await Promise.all([writer.stop(), searcher.stop()]);
    },
  };
}

/** Removes what is too old or too much at the start, every ten minutes, and after every 20,000 records. */
function keepBounded(writer: Writer, keep: () => { oldest: number; mostBytes: number }) {
  let count = 0;
  let busy = false;
  const remove = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      while (await writer.remove(keep()));
    } catch {
      // The writer is gone or its disk is full: the next request to write says so to its caller.
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(remove, removeEvery).unref();
  void remove();
  return {
    written(records: number) {
      count += records;
      if (count < 20_000) return;
      count = 0;
      void remove();
    },
    stop: () => clearInterval(timer),
  };
}
