import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { python } from "./python.ts";

interface Received {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly records: readonly Record<string, unknown>[];
}

/** Runs the sample against a server that answers so, and tells what arrived. */
async function send(status: number, answer: unknown) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    received.push({
      url: request.url,
      authorization: request.headers.authorization,
      records: JSON.parse(await body(request)),
    });
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const ended = await python("log_sender", "import main; main.main()", {
    env: {
      // The part of `requests` that the sample uses, so that the test needs no package.
      PYTHONPATH: `.:${resolve("test/actions/fixtures/requests-stand-in")}`,
      ORIGIN_CLUSTER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      ORIGIN_CLUSTER_TOKEN: "dG9rZW4=",
      OPENOBSERVE_ORG: "acme",
      OPENOBSERVE_STREAM: "machine",
    },
  });
  return { ...ended, received };
}

async function body(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk as string;
  return text;
}

describe("log_sender", () => {
  it("sends load and disk to its stream, as its service account", async () => {
    const { code, err, received } = await send(200, {
      status: [{ name: "machine", failed: 0, successful: 2 }],
    });
    expect(code, err).toBe(0);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ url: "/api/acme/machine/_json", authorization: "Basic dG9rZW4=" });
    expect(received[0]?.records.map((record) => record.metric)).toEqual(["load", "disk"]);
    expect(err).toMatch(/INFO sent: load \d/);
  });

  it("fails when the server refuses", async () => {
    const { code, err } = await send(403, { code: 403, message: "no" });
    expect(code).toBe(1);
    expect(err).toContain("403");
  });

  it("fails when only a part was taken, though the server says 200", async () => {
    const { code, err } = await send(200, { status: [{ name: "machine", failed: 1, successful: 1 }] });
    expect(code).toBe(1);
    expect(err).toContain("1 of 2 records were refused");
  });
});
