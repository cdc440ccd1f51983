import { request } from "node:http";

/** What came back, with all its Set-Cookie lines. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly cookies: readonly string[];
  readonly location: string | undefined;
}
export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
}

/** Real HTTP with a memory for cookies, one jar for each host and port. Follows nothing by itself. */
export class Browser {
  readonly jars = new Map<string, Map<string, string>>();

  jar(address: string): Map<string, string> {
    const { host } = new URL(address);
    const jar = this.jars.get(host) ?? new Map<string, string>();
    this.jars.set(host, jar);
    return jar;
  }

  async ask(address: string, { method = "GET", headers = {}, body }: Sent = {}): Promise<Page> {
    const jar = this.jar(address);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const bytes = typeof body === "object" ? JSON.stringify(body) : body;
    const page = await plain(address, {
      method,
      headers: {
        ...(cookie !== "" && { cookie }),
        ...(typeof body === "object" && { "content-type": "application/json" }),
        ...(typeof body === "string" && { "content-type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
      ...(bytes !== undefined && { body: bytes }),
    });
    for (const line of page.cookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return page;
  }

  /** As a page of that server does it: with its origin. */
  post(address: string, body: string | object = {}): Promise<Page> {
    return this.ask(address, { method: "POST", body, headers: { origin: new URL(address).origin } });
  }
}

function plain(
  address: string,
  sent: { method: string; headers: Record<string, string>; body?: string },
): Promise<Page> {
  return new Promise((resolve, reject) => {
    const asked = request(address, { method: sent.method, headers: sent.headers, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          cookies: answer.headers["set-cookie"] ?? [],
          location: answer.headers.location,
        }),
      );
    });
    asked.on("error", reject);
    asked.end(sent.body);
  });
}
