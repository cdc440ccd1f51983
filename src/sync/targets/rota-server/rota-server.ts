import type { DesiredItem, ItemRef, LiveItem, Operation } from "../../../core/plan/plan.ts";
import { rotaLedger } from "../../ledger/rota-ledger.ts";
import type { Capabilities, ItemSource, LiveServer, Performed } from "../../ports.ts";
import { type HttpClient, httpClient, type ServerAddress } from "./http-client.ts";
import {
  list,
  object,
  readAccount,
  readAction,
  readListed,
  readProvider,
  readSecrets,
  text,
} from "./read-items.ts";
import { accountRequest } from "./write-account.ts";
import { changeOf, uploadOf } from "./write-action.ts";
import { providerRequest } from "./write-provider.ts";

/**
 * A Rota server over HTTP. A list is one request per kind whatever the number of items; items are read
 * and written by id, found once by name.
 */
export function rotaServer(where: ServerAddress): LiveServer {
  const ask = httpClient(where);
  /** Ids by action name, as last seen; a hint, never trusted without looking. */
  const ids = new Map<string, string>();

  const listActions = async (query = ""): Promise<readonly LiveItem[]> => {
    const { body } = await ask(`/actions${query}`, { flat: true });
    const actions = list(body, "actions").map(readListed);
    for (const { name, id } of actions) ids.set(name, id);
    return actions;
  };
  const listAccounts = async (): Promise<readonly LiveItem[]> => {
    const { body } = await ask("/service_accounts");
    return list(object(body, "service accounts").data, "service accounts").map(readAccount);
  };
  const listProviders = async (): Promise<readonly LiveItem[]> => {
    const { body } = await ask("/providers");
    return list(object(body, "providers").items, "providers").map(readProvider);
  };
  const getAction = async (name: string): Promise<LiveItem | undefined> => {
    const known = await readById(ask, ids.get(name));
    if (known?.name === name) return known;
    const found = (await listActions(`?name=${encodeURIComponent(name)}`)).find((item) => item.name === name);
    return found && (await readById(ask, found.id));
  };
  const writeAction = async (
    operation: Operation,
    desired: DesiredItem | undefined,
    scope: string,
    source: ItemSource,
  ): Promise<Performed> => {
    const one = `/actions/${encodeURIComponent(operation.id ?? "")}`;
    if (desired === undefined) {
      await ask(one, { method: "DELETE", ifMatch: operation.etag });
      ids.delete(operation.name);
      return { id: operation.id ?? "", digest: undefined, etag: undefined };
    }
    const { body } =
      operation.operation === "create" || operation.codeChanged
        ? await ask("/actions/upload", await uploadOf(operation, desired, scope, source))
        : await ask(one, await changeOf(operation, desired, scope, source));
    const id = text(object(body, "an answer").uuid, "its id");
    ids.set(desired.name, id);
    return { id, digest: undefined, etag: undefined };
  };

  return {
    target: {
      address: where.address,
      capabilities: async () => rotaCapabilities,
      list: async () => (await Promise.all([listActions(), listAccounts(), listProviders()])).flat(),
      get: async ({ kind, name }: ItemRef) => {
        if (kind === "action") return await getAction(name);
        const all = await (kind === "provider" ? listProviders() : listAccounts());
        return all.find((item) => item.name === name);
      },
      secrets: async () => readSecrets(await ask("/secrets", { expect: [400, 403, 404] })),
      perform: async (operation, desired, scope, source) => {
        if (operation.kind === "action") return await writeAction(operation, desired, scope, source);
        const requestOf = operation.kind === "provider" ? providerRequest : accountRequest;
        const { path, ask: how } = requestOf(operation, desired, scope);
        await ask(path, how);
        return { id: operation.name, digest: undefined, etag: undefined };
      },
    },
    ledger: rotaLedger(ask),
  };
}

const rotaCapabilities: Capabilities = { kind: "rota", version: undefined, maxNameLength: 64 };

/** One action with its fields; undefined when no action has this id (OpenObserve says 400, or 404). */
async function readById(ask: HttpClient, id: string | undefined): Promise<LiveItem | undefined> {
  if (id === undefined) return undefined;
  const { status, body } = await ask(`/actions/${encodeURIComponent(id)}`, { expect: [400, 404] });
  return status === 200 ? readAction(body) : undefined;
}
