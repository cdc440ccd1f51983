import { Agent, request } from "node:http";

/** What is read of a run. */
export interface RunJson {
  readonly id: string;
  readonly state: string;
  readonly isolation: string | null;
  readonly peak_memory: number | null;
  /** Microseconds since 1970. */
  readonly started_at: number | null;
  readonly ended_at: number | null;
}

/** What is read of an attempt of a step. */
export interface AttemptJson {
  readonly isolation: string | null;
  /** Microseconds since 1970. */
  readonly started_at: number;
  readonly ended_at: number | null;
  /** Of the execution itself, ms. */
  readonly duration: number | null;
}

const success = Buffer.from('{"result":{"Success":');

/** Speaks HTTP to a server over connections that stay open, as many as are wanted at once. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  readonly #address: string;
  readonly #authorization: string;

  constructor(address: string, token: string) {
    this.#address = address;
    this.#authorization = `Basic ${token}`;
  }

  /** Runs an action to its end. @throws unless it succeeded */
  async test(action: string, body?: Buffer, signal?: AbortSignal): Promise<void> {
    const answer = await this.#call("POST", `/actions/test/${action}`, body, signal);
    if (!answer.subarray(0, success.length).equals(success))
      throw new Error(`${action} did not succeed: ${answer.toString("utf8", 0, 500)}`);
  }

  /** The newest run of an action. */
  async newestRun(action: string): Promise<RunJson> {
    const answer = await this.#call("GET", `/actions/${action}/runs?limit=1`);
    const { items } = JSON.parse(answer.toString()) as { items: readonly RunJson[] };
    if (items[0] === undefined) throw new Error(`${action} has no run`);
    return items[0];
  }

  /** The newest run of a runbook, with its steps. */
  async newestRunbook(
    action: string,
  ): Promise<RunJson & { readonly steps: readonly { readonly attempts: readonly AttemptJson[] }[] }> {
    const { id } = await this.newestRun(action);
    return JSON.parse((await this.#call("GET", `/runs/${id}`)).toString());
  }

  close(): void {
    this.#agent.destroy();
  }

  /** The body of an answer with status 200. */
  #call(method: string, path: string, body?: Buffer, signal?: AbortSignal): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const asked = request(`${this.#address}/api/default${path}`, {
        method,
        agent: this.#agent,
        signal,
        headers: {
          authorization: this.#authorization,
          ...(body && { "content-type": "application/json", "content-length": body.length }),
        },
      });
      asked.once("error", reject);
      asked.once("response", (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.once("error", reject);
        response.once("end", () => {
          const whole = Buffer.concat(pieces);
          if (response.statusCode === 200) resolve(whole);
          else
            reject(new Error(`${method} ${path}: ${response.statusCode} ${whole.toString("utf8", 0, 500)}`));
        });
      });
      asked.end(body);
    });
  }
}
