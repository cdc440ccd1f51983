import type { Json, JsonObject } from "../../core/json.ts";

/** Whose request it is; what a real OpenObserve is shown when no other credentials are configured for it. */
export interface Caller {
  readonly authorization: string | undefined;
}

export interface IngestAsk {
  readonly organization: string;
  /** As in the address; `streamName` makes its stored form. */
  readonly stream: string;
  /** The body: an array of objects, or one. */
  readonly records: Json;
  readonly caller: Caller;
}

/** OpenObserve's answer: 200 even when records failed. */
export interface IngestAnswer {
  readonly code: number;
  readonly status: readonly {
    readonly name: string;
    readonly successful: number;
    readonly failed: number;
    readonly error?: string;
  }[];
}

export interface SearchAsk {
  readonly organization: string;
  /** The body as it came, with SQL decoded and without `query.action_id`. */
  readonly body: JsonObject;
  /** The query parameter `type`; "logs" is all that there is here. */
  readonly type: string;
  /** Stored names of the streams that the SQL reads and the caller may read. */
  readonly streams: readonly string[];
  readonly caller: Caller;
}

/** OpenObserve's answer, of which only the hits are looked at. */
export interface SearchAnswer extends JsonObject {
  readonly hits: readonly Json[];
}

/** The server that scripts send logs to and that searches them: a real OpenObserve, or the stand-in. */
export interface OpenObserve {
  /** Throws OpenObserveError. */
  ingest(ask: IngestAsk): Promise<IngestAnswer>;
  /** Throws OpenObserveError. */
  search(ask: SearchAsk): Promise<SearchAnswer>;
  /** Lets go of threads, processes and files; may be called again. */
  stop(): Promise<void>;
}

/** A refusal in OpenObserve's words; `status` is the HTTP status and the body's `code`. */
export class OpenObserveError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
