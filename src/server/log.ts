import pino, { type Logger } from "pino";
import type { LogLevel } from "./settings.ts";

/** The server's own log: JSON lines on standard error. What could hold a secret is cut out wherever it is logged. */
export const createLog = (level: LogLevel): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          "*.headers",
          "headers",
          "*.authorization",
          "*.password",
          "*.token",
          "*.secret",
          "err.detail",
          "err.request",
          "err.response",
        ],
        remove: true,
      },
      serializers: {
        req: (request: { method?: string }) => ({ method: request.method }),
        res: (reply: { statusCode?: number }) => ({ status: reply.statusCode }),
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
