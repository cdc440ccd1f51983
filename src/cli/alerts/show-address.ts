import type { Values } from "../command.ts";
import type { Client } from "../connection/client.ts";
import { exitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { printJson, wantsJson } from "../output/format-option.ts";
import { neutralise } from "../output/neutralise.ts";
import { exactTime } from "../output/time-texts.ts";

/** `rota alerts address RECEIVER`: the address alone on standard output, so that it can be piped. */
export async function showAddress(
  io: Io,
  server: Client,
  asked: { readonly receiver: string; readonly anew: boolean },
  values: Values,
): Promise<number> {
  const { path, made_at: at, made_by: by } = await server.receiverAddress(asked.receiver, asked.anew);
  const address = `${server.connection.address}${path}`;
  if (wantsJson(values)) printJson(io, { address, made_at: at, made_by: by });
  else {
    io.out(neutralise(address));
    io.note(
      neutralise(
        `Made ${exactTime(at)} by ${by}. Whoever has it can send alerts to ${asked.receiver}: keep it like a password; --new ends it.`,
      ),
    );
  }
  return exitCode.done;
}
