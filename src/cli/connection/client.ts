import type { DiffedVersion } from "../../core/run/diffed-run.ts";
import { authorizationHeader } from "../../core/wire/authorization-header.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { boundedParts, boundedText } from "./bounded-body.ts";
import type { Connection } from "./connection.ts";
import { type People, people } from "./people.ts";
import { readEvents } from "./read-events.ts";
import { permissionHint, refusalHint } from "./refusal-hint.ts";
import { isUnknownAction, unknownAction } from "./unknown-action.ts";
import { isUnknownProvider, unknownProvider } from "./unknown-provider.ts";
import type {
  ActionListed,
  ActionsAsked,
  AuditAsked,
  AuditEntryJson,
  AuditVerdictJson,
  CategoriesJson,
  DryRunJson,
  LogEvent,
  LogLineJson,
  MadeToken,
  Page,
  ProviderJson,
  RunJson,
  RunsAsked,
  SecretListed,
  ServerJson,
  TriedJson,
} from "./wire.ts";
import type { AlertEntryJson, AlertListed, OverflowJson } from "./wire-alerts.ts";

/** What the run commands ask of a server. Every method throws a CliError that says what to do. */
export interface Client {
  readonly connection: Connection;
  /** Who may log in, with what, and what they may. */
  readonly people: People;
  actions(asked?: ActionsAsked): Promise<readonly ActionListed[]>;
  categories(): Promise<CategoriesJson>;
  server(): Promise<ServerJson>;
  providers(): Promise<readonly ProviderJson[]>;
  /** Has the server really go there. */
  tryProvider(name: string): Promise<TriedJson>;
  audit(asked: AuditAsked): Promise<Page<AuditEntryJson>>;
  verifyAudit(head: string | undefined): Promise<AuditVerdictJson>;
  secrets(): Promise<readonly SecretListed[]>;
  setSecret(name: string, value: Uint8Array): Promise<SecretListed>;
  deleteSecret(name: string): Promise<void>;
  start(action: string, body: { parameters: unknown } | { inputs: unknown }): Promise<RunJson>;
  runs(query: RunsAsked): Promise<Page<RunJson>>;
  show(run: string): Promise<RunJson>;
  /** What the run was of; undefined: the server does not know any more. */
  version(run: string): Promise<DiffedVersion | undefined>;
  cancel(run: string): Promise<RunJson>;
  /** Marks an action as a favourite of whoever asks, or takes the mark off. */
  star(action: string, starred: boolean): Promise<void>;
  /** Sends each of an action's notifications once; the runs that deliver them. */
  testNotifications(action: string): Promise<readonly RunJson[]>;
  retry(run: string): Promise<RunJson>;
  /** Runs that wait for people, longest first. */
  approvals(): Promise<readonly RunJson[]>;
  approve(run: string, said: { comment?: string | undefined; round: number }): Promise<RunJson>;
  reject(run: string, said: { reason: string; round: number }): Promise<RunJson>;
  dryRun(action: string, body: { parameters: unknown } | { inputs: unknown }): Promise<DryRunJson>;
  /** An API token for whoever logged in with a password. `expiresAt`: µs since 1970. */
  makeToken(name: string, expiresAt: number): Promise<MadeToken>;
  endToken(id: string): Promise<void>;
  who(): Promise<{ readonly email: string }>;
  /** The one heard last first. */
  alerts(asked: PageAsked): Promise<Page<AlertListed> & { readonly overflow?: readonly OverflowJson[] }>;
  /** Of an alert by its name, or by the id of one of its entries. */
  alertHistory(nameOrId: string, asked: PageAsked): Promise<Page<AlertEntryJson> & { readonly name: string }>;
  /** The signed address of a receiver; `anew` ends the one before. */
  receiverAddress(
    receiver: string,
    anew: boolean,
  ): Promise<{ readonly path: string; readonly made_at: number; readonly made_by: string }>;
  /** Lines after `after` as they come, until the run ends. The last event is `end`. */
  log(run: string, options: { after: number; signal?: AbortSignal }): AsyncGenerator<LogEvent>;
  /** What was logged until now. */
  logUntilNow(run: string): AsyncGenerator<LogEvent>;
}

interface PageAsked {
  readonly limit: number;
  readonly cursor: string | undefined;
}

const answerWithin = 30_000;
const verifiedWithin = 600_000;
const longestRefusal = 64 * 1024;

/** A client for the API of the server at `connection`. */
export function client(connection: Connection): Client {
  const { address, organization } = connection;
  const base = `${address}/api/${encodeURIComponent(organization)}`;
  const headers = { authorization: authorizationHeader(connection.token), accept: "application/json" };

  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const timeout = init.signal ? {} : { signal: AbortSignal.timeout(answerWithin) };
    const response = await fetch(`${base}${path}`, {
      ...timeout,
      ...init,
      // Followed, a redirect could carry the request to where nobody sent it.
      redirect: "manual",
      headers: { ...headers, ...(init.headers as Record<string, string> | undefined) },
    }).catch((error: unknown) => {
      throw unreachable(address, error);
    });
    if (!response.ok) throw await refused(response, connection);
    return response;
  };
  const get = async <T>(path: string): Promise<T> => JSON.parse(await boundedText(await ask(path))) as T;
  const send = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const sent = body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    return JSON.parse(await boundedText(await ask(path, { method, ...sent }))) as T;
  };
  const post = <T>(path: string, body: unknown): Promise<T> => send("POST", path, body);
  /** With a sentence that names the action where the server has none of that name. */
  const about = async <T>(action: string, answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      if (!isUnknownAction(error)) throw error;
      const names = await get<readonly ActionListed[]>("/actions")
        .then((all) => all.map(({ name }) => name))
        .catch(() => undefined);
      throw unknownAction(action, address, names);
    }
  };
  const providers = async () => (await get<Page<ProviderJson>>("/providers")).items;
  const secret = (name: string) => `/secrets/${encodeURIComponent(name)}`;
  const one = (run: string) => `/runs/${encodeURIComponent(run)}`;

  return {
    connection,
    people: people(send),
    actions: (asked = {}) => get(`/actions${queryText(asked)}`),
    categories: () => get("/categories"),
    server: () => get("/server"),
    providers,
    tryProvider: async (name) => {
      try {
        return await post(`/providers/${encodeURIComponent(name)}/test`, {});
      } catch (error) {
        if (!isUnknownProvider(error)) throw error;
        const all = await providers().catch(() => undefined);
        throw unknownProvider(
          name,
          address,
          all?.map((one) => one.name),
        );
      }
    },
    audit: (asked) => get(`/audit${queryText(asked)}`),
    verifyAudit: async (head) => {
      // It reads the whole audit: seconds for 100,000 entries.
      const signal = AbortSignal.timeout(verifiedWithin);
      return JSON.parse(await boundedText(await ask(`/audit/verify${queryText({ head })}`, { signal })));
    },
    secrets: async () => (await get<{ items: readonly SecretListed[] }>("/secrets")).items,
    setSecret: async (name, value) => {
      const headers = { "content-type": "application/octet-stream" };
      const body = value as Uint8Array<ArrayBuffer>;
      return JSON.parse(await boundedText(await ask(secret(name), { method: "PUT", headers, body })));
    },
    deleteSecret: async (name) => void (await boundedText(await ask(secret(name), { method: "DELETE" }))),
    start: (action, body) => about(action, post(`/actions/${encodeURIComponent(action)}/run`, body)),
    runs: ({ action, ...asked }) => {
      if (action === undefined) return get(`/runs${queryText(asked)}`);
      return about(action, get(`/actions/${encodeURIComponent(action)}/runs${queryText(asked)}`));
    },
    show: (run) => get(one(run)),
    version: (run) =>
      get<DiffedVersion>(`${one(run)}/version`).catch((error: unknown) => {
        if (error instanceof NotFound) return undefined;
        throw error;
      }),
    star: (action, starred) => {
      const path = `/actions/${encodeURIComponent(action)}/star`;
      const method = starred ? "PUT" : "DELETE";
      return about(
        action,
        ask(path, { method }).then(async (answer) => void (await boundedText(answer))),
      );
    },
    testNotifications: async (action) => {
      const path = `/actions/${encodeURIComponent(action)}/notifications/test`;
      return (await about(action, post<Page<RunJson>>(path, {}))).items;
    },
    cancel: (run) => post(`${one(run)}/cancel`, {}),
    approvals: async () => (await get<Page<RunJson>>("/approvals")).items,
    approve: (run, said) => post(`${one(run)}/approve`, said),
    reject: (run, said) => post(`${one(run)}/reject`, said),
    dryRun: (action, body) => about(action, post(`/actions/${encodeURIComponent(action)}/dry-run`, body)),
    alerts: (asked) => get(`/alerts${queryText(asked)}`),
    alertHistory: (nameOrId, asked) =>
      get(`/alerts/${encodeURIComponent(nameOrId)}/history${queryText(asked)}`),
    receiverAddress: (receiver, anew) =>
      post(`/alerts/${encodeURIComponent(receiver)}/address`, { new: anew }),
    retry: (run) => post(`${one(run)}/retry`, {}),
    makeToken: (name, expiresAt) => post("/tokens", { name, expires_at: expiresAt }),
    endToken: async (id) =>
      void (await boundedText(await ask(`/tokens/${encodeURIComponent(id)}`, { method: "DELETE" }))),
    who: () => get("/session"),
    logUntilNow: async function* (run) {
      const { body } = await ask(`${one(run)}/logs`);
      for await (const line of boundedParts(body, /\n/))
        if (line !== "") yield { kind: "line", line: JSON.parse(line) as LogLineJson };
    },
    log: (run, options) =>
      readEvents(
        options.after,
        (after) =>
          ask(`${one(run)}/logs`, {
            headers: { accept: "text/event-stream", "last-event-id": String(after) },
            signal: options.signal ?? null,
          }),
        options.signal,
      ),
  };
}

/** "?a=1&b=2" of what is said; "" where nothing is. */
function queryText(asked: object): string {
  const said = Object.entries(asked).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)]],
  );
  return said.length === 0 ? "" : `?${new URLSearchParams(said)}`;
}

/** The sentence for a server that did not answer. */
export function unreachable(address: string, error: unknown): CliError {
  if (error instanceof CliError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  const reason =
    code === "ECONNREFUSED"
      ? "nothing listens there"
      : code === "ENOTFOUND"
        ? "no such host"
        : error instanceof Error && error.name === "TimeoutError"
          ? `no answer within ${answerWithin / 1000} s`
          : ((cause as Error).message ?? String(cause));
  return new CliError(
    exitCode.unreachable,
    `The server ${address} cannot be reached: ${reason}`,
    "Is it started (`rota serve`)? Is the address right (--server, ROTA_SERVER, rota.yaml)?",
  );
}

/** The API's answer for something that is not there. */
class NotFound extends CliError {}

async function refused(response: Response, connection: Connection): Promise<CliError> {
  const text = (await boundedText(response, longestRefusal).catch(() => "")).slice(0, 2000);
  const said = messageOf(text) ?? `status ${response.status}`;
  if (response.status === 401)
    return new CliError(
      exitCode.denied,
      `${connection.address} does not know this login: ${said}`,
      "Log in again (rota login), or look at ROTA_TOKEN; `rota help login` tells what it should hold.",
    );
  if (response.status === 403) {
    // As OpenObserve's clients know a refusal; "not allowed" says the same.
    const why = said.replace(/^Unauthorized Access: /, "");
    return new CliError(exitCode.denied, `Not allowed: ${why}`, permissionHint(why));
  }
  if (response.status === 404)
    return new NotFound(exitCode.usage, `The server refused: ${said}`, refusalHint(said));
  if (response.status === 400 || response.status === 409)
    return new CliError(exitCode.usage, `The server refused: ${said}`, refusalHint(said));
  return new CliError(
    exitCode.unreachable,
    `The server failed with status ${response.status}: ${said}`,
    "Its own log tells more; trying again may help.",
  );
}

function messageOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === "string" ? message : undefined;
  } catch {
    return text.trim() === "" ? undefined : text.trim();
  }
}
