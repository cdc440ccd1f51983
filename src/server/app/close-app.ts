import type { FastifyInstance } from "fastify";

/** How long connections get to finish when the server stops, ms. */
const drainFor = 10_000;

/** Open streams end by themselves when the server stops; whoever still holds a connection at the deadline loses it. */
export async function closeApp(app: FastifyInstance): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), drainFor);
  // A connection whose answer ends only now would be kept open for the next request.
  const idle = setInterval(() => app.server.closeIdleConnections(), 50);
  await app.close();
  clearTimeout(deadline);
  clearInterval(idle);
}
