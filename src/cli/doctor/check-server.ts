import { text, type Values } from "../command.ts";
import { boundedText } from "../connection/bounded-body.ts";
import { client, unreachable } from "../connection/client.ts";
import { findServer } from "../connection/connection.ts";
import { missingToken, tokenFor } from "../connection/token.ts";
import type { Io } from "../io.ts";
import { type Check, failed, passed } from "./check.ts";

const loginHelp = "`rota help login` tells what it should hold.";

/** Whether the server that commands would talk to answers, and knows the token. */
export async function checkServer(io: Io, values: Values): Promise<readonly Check[]> {
  const { address, environment, organization } = await findServer(io, values);
  const answer = await fetch(`${address}/config`, { signal: AbortSignal.timeout(5_000), redirect: "manual" })
    .then(async (response) => JSON.parse(await boundedText(response)) as { build?: string; version?: string })
    .catch((error: unknown) => unreachable(address, error));
  if (answer instanceof Error)
    return [
      failed("Server", false, answer.message, "`rota serve` starts one here; `rota run --local` needs none."),
    ];
  const server = passed(
    "Server",
    false,
    `${address}, ${answer.build ?? "unknown"} ${answer.version ?? ""}`.trim(),
  );
  const destination = {
    address,
    environment: environment?.name,
    organization: text(values, "organization") ?? organization,
  };
  const found = await tokenFor(io, destination);
  if (found.token === undefined) {
    const [wrong, what] = missingToken(destination, found);
    return [server, failed("Token", false, wrong, found.withheld || found.ended ? what : loginHelp)];
  }
  const known = client({ ...destination, token: found.token })
    .server()
    .then(
      () => passed("Token", false, "the server knows it"),
      (error: Error) => failed("Token", false, error.message, loginHelp),
    );
  return [server, await known];
}
