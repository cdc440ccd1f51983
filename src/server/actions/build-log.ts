import type { Instant } from "../../core/time.ts";
import type { Builds } from "../../registry/ports.ts";
import type { NewLogLine, RunLog } from "../../runs/ports/run-files.ts";
import type { RunStore } from "../../runs/ports/run-store.ts";

/** Keeps installations of packages as runs: their lines first, then the row that names them. */
export const buildLog = (parts: {
  readonly store: Pick<RunStore, "keepBuild">;
  readonly log: RunLog;
  readonly now: () => Instant;
  readonly newId: () => string;
  /** An upload does not fail because its log could not be kept. */
  readonly report: (what: string, error: unknown) => void;
}): Builds => ({
  begin() {
    const startedAt = parts.now();
    const lines: NewLogLine[] = [];
    return {
      say: (text) => void lines.push({ at: parts.now(), stream: "stdout", level: undefined, text }),
      said: () => lines.map(({ text }) => text),
      async keep({ version, actor, address, reason }) {
        if (lines.length === 0) return undefined;
        const id = parts.newId();
        try {
          await parts.log.append(id, lines);
          const endedAt = parts.now();
          await parts.store.keepBuild({ id, version, actor, address, reason, startedAt, endedAt });
          return id;
        } catch (error) {
          parts.report("keeping the log of an installation", error);
          return undefined;
        }
      },
    };
  },
});
