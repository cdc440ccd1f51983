import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ViewerRules, viewerStream } from "../../../src/server/runs/viewer-stream.ts";

const rules: ViewerRules = { beat: undefined, patience: 60_000, farewell: "farewell" };

/** A server that sends one viewer this, and a socket of the viewer that reads nothing yet. */
async function viewer(
  source: () => AsyncIterable<Uint8Array>,
  fields: Partial<ViewerRules>,
): Promise<{ socket: Socket; closed: Promise<void> }> {
  const closed = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    const stream = viewerStream(source(), response, { ...rules, ...fields });
    response.once("close", closed.resolve);
    stream.on("error", () => response.destroy()).pipe(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  socket.on("error", () => undefined);
  socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  return { socket, closed: closed.promise };
}
async function textOf(socket: Socket): Promise<string> {
  let text = "";
  for await (const data of socket.setEncoding("latin1")) text += data;
  return text;
}
function endless() {
  const asked = { pieces: 0, left: Promise.withResolvers<void>() };
  const source = async function* () {
    try {
      for (; ; asked.pieces += 1) yield Buffer.alloc(64 * 1024, "x");
    } finally {
      asked.left.resolve();
    }
  };
  return { asked, source };
}

describe("what one viewer is sent", () => {
  it("is not read ahead for one who takes nothing, who is told so in the end", async () => {
    const { asked, source } = endless();
    const { socket } = await viewer(source, { patience: 1000 });
    await asked.left.promise;
    // What the system's own buffers of a connection on one machine take, and two pieces.
    expect(asked.pieces * 64 * 1024).toBeLessThan(16 * 2 ** 20);
    expect(await textOf(socket)).toContain("farewell");
  });

  it("ends with the connection where he does not even take the farewell", async () => {
    const { source } = endless();
    const { socket, closed } = await viewer(source, { patience: 100 });
    await closed;
    expect((await textOf(socket).catch(() => "")).endsWith("0\r\n\r\n")).toBe(false);
  });

  it("breaks where an end would look like the end of the log", async () => {
    const { source } = endless();
    const { socket, closed } = await viewer(source, { patience: 100, farewell: undefined });
    await closed;
    expect((await textOf(socket).catch(() => "")).endsWith("0\r\n\r\n")).toBe(false);
  });

  it("is kept alive while there is nothing to say, and ends when all is said", async () => {
    const heard = Promise.withResolvers<void>();
    const source = async function* () {
      yield Buffer.from("first ");
      await heard.promise;
      yield Buffer.from(" last");
    };
    const { socket } = await viewer(source, { beat: { text: "beat", every: 20 } });
    let text = "";
    socket.setEncoding("latin1").on("data", (data: string) => {
      text += data;
      if (/beat[\s\S]*beat/.test(text)) heard.resolve();
    });
    await once(socket, "end");
    expect(text).toMatch(/first [\s\S]*beat[\s\S]*beat[\s\S]* last[\s\S]*0\r\n\r\n$/);
  });

  it("breaks when its source does", async () => {
    const source = async function* () {
      yield Buffer.from("first");
      throw new Error("away");
    };
    const { socket } = await viewer(source, {});
    const text = await textOf(socket).catch(() => "");
    expect(text.endsWith("0\r\n\r\n")).toBe(false);
  });
});
