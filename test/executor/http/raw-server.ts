import { createServer, type Socket } from "node:net";
import { listening } from "./ask.ts";

/** A server that writes bytes of its own once it was asked; `closed` resolves when the other side has gone. */
export async function serveRaw(
  answer: (socket: Socket) => void,
): Promise<{ url: string; asked: Promise<void>; closed: Promise<void> }> {
  const asked = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("close", () => closed.resolve());
    socket.once("data", () => {
      asked.resolve();
      answer(socket);
    });
  });
  const { port } = await listening(server);
  return { url: `http://127.0.0.1:${port}`, asked: asked.promise, closed: closed.promise };
}

/** Writes for ever, as fast as it is read. */
export function pour(socket: Socket, bytes: string | Uint8Array): void {
  const next = () => {
    while (!socket.destroyed && socket.write(bytes));
    if (!socket.destroyed) socket.once("drain", next);
  };
  next();
}
