import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";
import { boundedParts, EndlessAnswer } from "./bounded-body.ts";
import type { LogEvent, LogLineJson, RunJson } from "./wire.ts";

const triesWithoutProgress = 5;

/**
 * Reads a run's event stream until its `end`. A connection that breaks is opened again behind the last
 * line that came, so nothing is lost or shown twice; after five tries without a new line it gives up.
 *
 * @param signal ends the reading, quietly
 * @param open asks for the stream from the line after a sequence number on
 */
export async function* readEvents(
  after: number,
  open: (after: number) => Promise<Response>,
  signal?: AbortSignal,
): AsyncGenerator<LogEvent> {
  let last = after;
  let failures = 0;
  for (;;) {
    try {
      const response = await open(last);
      for await (const { event, data } of events(response.body)) {
        failures = 0;
        if (event === "end") {
          yield { kind: "end", run: JSON.parse(data) as RunJson };
          return;
        }
        if (event !== "line") continue;
        const line = JSON.parse(data) as LogLineJson;
        if (line.sequence <= last) continue;
        last = line.sequence;
        yield { kind: "line", line };
      }
    } catch (error) {
      // Whoever follows has heard enough: that is no broken connection.
      if (signal?.aborted) return;
      if (error instanceof EndlessAnswer) throw error;
      if (
        error instanceof CliError &&
        (error.exitCode !== exitCode.unreachable || failures >= triesWithoutProgress)
      )
        throw error;
    }
    failures += 1;
    if (failures > triesWithoutProgress)
      throw new CliError(
        exitCode.unreachable,
        "The connection to the log broke several times",
        "`rota logs RUN --follow` takes it up again.",
      );
    await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** failures));
  }
}

/** The events of a text/event-stream body. */
async function* events(
  body: ReadableStream<Uint8Array> | null,
): AsyncGenerator<{ event: string; data: string }> {
  for await (const block of boundedParts(body, /\r?\n\r?\n/)) yield parsed(block);
}

function parsed(block: string): { event: string; data: string } {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === "event") event = value ?? "";
    else if (field === "data") data.push(value ?? "");
  }
  return { event, data: data.join("\n") };
}
