import { type AddressInfo, createServer } from "node:net";
import type { FastifyInstance } from "fastify";
import { StartError } from "../start-error.ts";

/** Listens, and answers where one reaches it. @throws StartError with what to do about it. */
export async function listenOn(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw new StartError(
      sentence((error as NodeJS.ErrnoException).code, host, port) ?? (error as Error).message,
    );
  }
  const bound = app.server.address() as AddressInfo;
  const everywhere: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "[::1]" };
  return `http://${everywhere[bound.address] ?? (bound.family === "IPv6" ? `[${bound.address}]` : bound.address)}:${bound.port}`;
}

/**
 * Looks whether one could listen, before anything is made that is told only once.
 * @throws StartError as `listenOn` does
 */
export async function refuseTakenPort(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once("error", reject);
      probe.listen({ host, port }, resolve);
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new StartError(sentence(code, host, port) ?? message);
  }
  await new Promise((done) => probe.close(done));
}

function sentence(code: string | undefined, host: string, port: number): string | undefined {
  if (code === "EADDRINUSE")
    return `Port ${port} of ${host} is in use. Is a server running already? ROTA_PORT names another port, 0 takes a free one.`;
  if (code === "EACCES") return `This user may not listen on port ${port}. ROTA_PORT names another port.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `${host} is no address of this machine. ROTA_HOST names another one: 127.0.0.1, or 0.0.0.0 for all.`;
  return undefined;
}
