import { Agent, request } from "node:http";
import { services } from "./actions.ts";

/** What the server answers to a message. */
export interface Taken {
  readonly received: number;
  readonly started: readonly unknown[];
  readonly suppressed: number;
}

/** Posts messages over connections that stay open. */
export class Sender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #url: string;
  readonly #authorization: string;

  constructor(address: string, token: string) {
    this.#url = `${address}/api/default`;
    this.#authorization = `Basic ${token}`;
  }

  /** @throws unless the answer is 2xx */
  async send(receiver: string, body: string, signal?: AbortSignal): Promise<Taken> {
    return JSON.parse(await this.#call("POST", `/alerts/${receiver}`, body, signal)) as Taken;
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.#call("GET", path)) as T;
  }

  close(): void {
    this.#agent.destroy();
  }

  #call(method: string, path: string, body?: string, signal?: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request(`${this.#url}${path}`, {
        method,
        agent: this.#agent,
        signal,
        headers: {
          authorization: this.#authorization,
          ...(body !== undefined && {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
          }),
        },
      });
      asked.once("error", reject);
      asked.once("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => {
          text += piece;
        });
        response.once("error", reject);
        response.once("end", () => {
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(text);
          else reject(new Error(`${method} ${path}: ${status} ${text.slice(0, 300)}`));
        });
      });
      asked.end(body);
    });
  }
}

/** A message of Alertmanager with one firing alert, another one for each number. */
export function message(number: number): string {
  const service = `service-${number % services}`;
  return JSON.stringify({
    version: "4",
    status: "firing",
    receiver: "rota",
    alerts: [
      {
        status: "firing",
        labels: { alertname: "ServiceDown", severity: "critical", service, instance: `host-${number}:9100` },
        annotations: { summary: `${service} on host-${number} does not answer` },
        startsAt: "2027-03-01T07:10:14.218Z",
        endsAt: "0001-01-01T00:00:00Z",
        generatorURL: "http://prometheus.example.com:9090/graph",
        fingerprint: number.toString(16).padStart(16, "0"),
      },
    ],
  });
}
