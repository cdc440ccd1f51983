import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Answer, WireClient } from "./client.ts";
import { zip } from "./zip.ts";

/** One thing that a server must do. Rejects (with an AssertionError) when it does not. */
export interface WireCheck {
  readonly name: string;
  /** What Rota adds to OpenObserve's API; left out for other servers. */
  readonly rotaOnly?: true;
  readonly run: (world: World) => Promise<void>;
}

/** What a check works in: a server, an account for its actions, and things that are removed afterwards. */
export interface World extends WireClient {
  /** Whether the server says that it is a Rota. */
  readonly rota: boolean;
  /** E-mail of a service account that may read scripts, and read and write streams. */
  readonly account: string;
  /** A name that nobody else has: at most 32 characters. */
  unique(): string;
  /** Sends an upload; a value of undefined leaves that field out. */
  upload(fields: UploadFields, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Uploads a new action, sees that it is there, removes it after the check. Answers its id. */
  create(fields?: UploadFields): Promise<string>;
  /** Does something after the check, whatever came of it. */
  later(undo: () => Promise<unknown>): void;
}
export type UploadFields = Readonly<Record<string, string | Uint8Array | undefined>>;

export const scheduledCode = { "main.py": 'def main():\n    print("hello")\n' };
export const realtimeCode = { "main.py": "def main(data, logger):\n    return data\n" };

/** A form that every server takes: a schedule that fires on New Year's night, and nothing else. */
export const usualForm = (name: string, account: string): UploadFields => ({
  name,
  description: "made by the contract suite",
  execution_details: "repeat",
  service_account: account,
  cron_expr: "0 0 1 1 *",
  owner: "contract@example.com",
  environment_variables: '{"LEVEL":"one"}',
  file: zip(scheduledCode),
  filename: `${name}.zip`,
});

export function toForm(fields: UploadFields): FormData {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (typeof value === "string") form.append(field, value);
    else
      form.append(
        field,
        new Blob([value as Uint8Array<ArrayBuffer>], { type: "application/zip" }),
        `${fields.filename || "a.zip"}`,
      );
  }
  return form;
}

/** A world for one check, and the way to clean up after it. */
export function makeWorld(
  client: WireClient,
  { rota, account }: { rota: boolean; account: string },
): { world: World; clean(): Promise<void> } {
  const undo: (() => Promise<unknown>)[] = [];
  const unique = () => `contract_${randomBytes(8).toString("hex")}`;
  const upload = (fields: UploadFields, headers: Readonly<Record<string, string>> = {}) =>
    client.request("POST", "actions/upload", { form: toForm(fields), headers });
  const world: World = {
    ...client,
    rota,
    account,
    unique,
    upload,
    later: (step) => void undo.push(step),
    async create(fields = {}) {
      const answer = await upload({ ...usualForm(unique(), account), ...fields });
      assert.equal(answer.status, 200, `the upload was refused: ${answer.text}`);
      const id = idOf(answer);
      undo.push(() => client.request("DELETE", `actions/${id}`));
      return id;
    },
  };
  return {
    world,
    async clean() {
      for (const step of undo.reverse()) await step();
    },
  };
}

/** The `uuid` of an answer to an upload or a PUT. */
export function idOf(answer: Answer): string {
  const { uuid } = (answer.json ?? {}) as { uuid?: unknown };
  assert.match(String(uuid), /^[0-9A-Za-z]{27}$/, `no KSUID in ${answer.text}`);
  return String(uuid);
}

/** The answer is OpenObserve's envelope for a refusal, with this status and text. */
export function refused(answer: Answer, status: number, message?: string | RegExp): void {
  assert.equal(
    answer.status,
    status,
    `expected ${status}, got ${answer.status}: ${answer.text.slice(0, 300)}`,
  );
  const body = answer.json as { code?: unknown; message?: unknown } | undefined;
  assert.equal(body?.code, status, `the code in the body of ${answer.text.slice(0, 300)}`);
  assert.equal(typeof body?.message, "string");
  if (typeof message === "string") assert.equal(body?.message, message);
  else if (message !== undefined) assert.match(String(body?.message), message);
}

/** The answer is 200 with a JSON body, which is what comes back. */
export function ok<T>(answer: Answer): T {
  assert.equal(answer.status, 200, `expected 200, got ${answer.status}: ${answer.text.slice(0, 300)}`);
  assert.notEqual(answer.json, undefined, `no JSON: ${answer.text.slice(0, 300)}`);
  return answer.json as T;
}
