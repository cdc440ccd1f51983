/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
}
export interface Ask {
  readonly json?: unknown;
  readonly form?: FormData;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the suite's own login; null: none. */
  readonly authorization?: string | null;
}

/** Speaks to one organization of one server, by nothing but `fetch`. */
export interface WireClient {
  readonly server: string;
  readonly organization: string;
  /** A path that starts with "/" is the server's own; others are within the organization. */
  request(method: string, path: string, ask?: Ask): Promise<Answer>;
}

const patience = 60_000;

export function wireClient(server: string, organization: string, authorization: string): WireClient {
  return {
    server,
    organization,
    async request(method, path, ask = {}) {
      const url = path.startsWith("/") ? `${server}${path}` : `${server}/api/${organization}/${path}`;
      const login = ask.authorization === undefined ? authorization : ask.authorization;
      const headers = {
        ...(login !== null && { authorization: login }),
        ...(ask.json !== undefined && { "content-type": "application/json" }),
        ...ask.headers,
      };
      const body = ask.form ?? ask.body ?? (ask.json === undefined ? undefined : JSON.stringify(ask.json));
      const signal = AbortSignal.timeout(patience);
      const response = await fetch(url, {
        method,
        headers,
        signal,
        redirect: "manual",
        body: body as RequestInit["body"],
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      const text = bytes.toString("utf8");
      return { status: response.status, headers: response.headers, bytes, text, json: parse(text) };
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const basic = (email: string, password: string): string =>
  `Basic ${Buffer.from(`${email}:${password}`).toString("base64")}`;
