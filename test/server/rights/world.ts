import type { FastifyInstance } from "fastify";
import { toForm, usualForm } from "../../contract/wire/world.ts";
import { zip } from "../../contract/wire/zip.ts";

export interface Ask {
  readonly path: string;
  readonly json?: unknown;
  readonly form?: FormData;
}
export interface Answer {
  readonly status: number;
  readonly text: string;
}
export type Send = (method: string, ask: Ask) => Promise<Answer>;

/** Sends to the organization "default" as somebody. */
export const sender =
  (app: FastifyInstance, authorization: string): Send =>
  async (method, { path, json, form }) => {
    const body = form === undefined ? undefined : new Response(form);
    const answer = await app.inject({
      method: method as "GET",
      url: path.startsWith("/") ? path : `/api/default/${path}`,
      headers: {
        authorization,
        ...(json !== undefined && { "content-type": "application/json" }),
        ...(body !== undefined && { "content-type": body.headers.get("content-type") ?? "" }),
      },
      ...(json !== undefined && { payload: JSON.stringify(json) }),
      ...(body !== undefined && { payload: Buffer.from(await body.arrayBuffer()) }),
    });
    return { status: answer.statusCode, text: answer.body };
  };

const steps = [{ name: "Say", run: "echo it ran" }];

/** What is there for requests to be about; each is made when it is first wanted, and anew once it was used up. */
export interface World {
  /** Of actions: "web" or "db". */
  readonly prefix: string;
  /** E-mail of who asks. */
  readonly own: string;
  /** Something that is there until it is used up. */
  get(kind: Kind): Promise<string>;
  useUp(kind: Kind): void;
  unique(): string;
  /** A name that an action of this world may have. */
  actionName(): string;
}

let made = 0;
function unique(): string {
  made += 1;
  return `x${made}`;
}

/** What can be wanted, and how root makes it. Answers its id, name or e-mail. */
const makers = {
  /** A runbook that says a word. */
  action: async (root: Send, { prefix }: { prefix: string }) =>
    upload(root, { name: `${prefix}-${unique()}`, type: "runbook", steps }),
  telling: async (root: Send, { prefix }: { prefix: string }) =>
    upload(root, { name: `${prefix}-${unique()}`, type: "runbook", steps, notify }),
  /** A real-time action, which is waited for. */
  realtime: async (root: Send, { prefix }: { prefix: string }) =>
    upload(root, { name: `${prefix}-${unique()}`, type: "realtime", serviceAccount: reader }),
  /** A run that waits for approval, which somebody else started. */
  waiting: async (root: Send, { prefix, starter }: { prefix: string; starter: Send }) => {
    const approval = { required: true, expires: "1h" };
    const action = await upload(root, { name: `${prefix}-${unique()}`, type: "runbook", steps, approval });
    return idOf(await starter("POST", { path: `actions/${action}/run`, json: {} }));
  },
  /** A run that has ended. */
  ended: async (root: Send, more: { prefix: string; starter: Send }) => {
    const run: string = await makers.waiting(root, more);
    await done(root("POST", { path: `runs/${run}/cancel`, json: {} }));
    return run;
  },
  provider: async (root: Send) => {
    const name = unique();
    await done(root("PUT", { path: `providers/${name}`, json: { provider: { kind: "host", user: "ops" } } }));
    return name;
  },
  /** A destination that starts a real-time action. */
  destination: async (root: Send, { prefix }: { prefix: string }) => {
    const name = unique();
    const action_id = await makers.realtime(root, { prefix });
    await done(root("POST", { path: "alerts/destinations", json: { name, type: "action", action_id } }));
    return name;
  },
  /** A template of alerts. */
  template: async (root: Send) => {
    const name = unique();
    await done(root("POST", { path: "alerts/templates", json: { name, body: "{}" } }));
    return name;
  },
  /** The name of an alert that was received. */
  alert: async (root: Send) => {
    const name = unique();
    await done(root("POST", { path: "alerts/json", json: { name } }));
    return name;
  },
  secret: async (root: Send) => {
    const name = unique();
    await done(root("PUT", { path: `secrets/${name}`, json: { value: "x" } }));
    return name;
  },
  account: async (root: Send) => {
    const email = `${unique()}@example.com`;
    await done(root("POST", { path: "service_accounts", json: { email } }));
    return email;
  },
  person: async (root: Send) => {
    const email = `${unique()}@example.com`;
    await done(root("POST", { path: "users", json: { email, password: "a long password" } }));
    return email;
  },
  role: async (root: Send) => {
    const role = unique();
    await done(root("POST", { path: "roles", json: { role } }));
    return role;
  },
  /** An API token of who asks; root's own for who is nobody here. */
  token: async (root: Send, { own }: { own: string }) => {
    const made = await root("POST", { path: "tokens", json: { name: "t", email: own } });
    return idOf(made.status === 404 ? await root("POST", { path: "tokens", json: { name: "t" } }) : made);
  },
};
export type Kind = keyof typeof makers;

/** An account that may read scripts, as those of actions have to. */
export const reader = "reader@example.com";

/** Worlds of everybody who asks, with the same things in them but what is somebody's own. */
export function makeWorlds(sends: { root: Send; starter: Send }, prefix: string): (own: string) => World {
  const there = new Map<string, Promise<string>>();
  return (own) => {
    const key = (kind: Kind) => (kind === "token" ? `${kind} ${own}` : kind);
    return {
      prefix,
      own,
      get(kind) {
        const found =
          there.get(key(kind)) ?? makers[kind](sends.root, { prefix, own, starter: sends.starter });
        there.set(key(kind), found);
        return found;
      },
      useUp: (kind) => void there.delete(key(kind)),
      unique,
      actionName: () => `${prefix}-${unique()}`,
    };
  };
}

/** The form of an upload of a runbook. */
export function uploadForm(action: {
  readonly name: string;
  readonly type: string;
  readonly [field: string]: unknown;
}) {
  const realtime = action.type === "realtime";
  const main = realtime ? "def main(data, logger):\n    return data\n" : "# nothing\n";
  return toForm({
    ...usualForm(action.name, ""),
    description: undefined,
    environment_variables: undefined,
    service_account: action.serviceAccount as string | undefined,
    execution_details: realtime ? "service" : "repeat",
    cron_expr: undefined,
    file: zip({ "main.py": main }),
    action: JSON.stringify(action),
  });
}

/** Nobody gets it: the server sends no mail. */
const notify = { on: ["failure"], email: ["ops@example.com"] };

const upload = async (root: Send, action: Parameters<typeof uploadForm>[0]): Promise<string> =>
  idOf(await root("POST", { path: "actions/upload", form: uploadForm(action) }));

async function done(answer: Promise<Answer>): Promise<Answer> {
  const { status, text } = await answer;
  if (status > 299) throw new Error(`what a test needs was refused: ${status} ${text}`);
  return { status, text };
}

export function idOf({ status, text }: Answer): string {
  if (status > 299) throw new Error(`what a test needs was refused: ${status} ${text}`);
  const { id, uuid } = JSON.parse(text) as { id?: string; uuid?: string };
  return id ?? uuid ?? "";
}
