import { CliError } from "../cli-error.ts";
import { type CommandModule, examples, flag, text } from "../command.ts";
import { client } from "../connection/client.ts";
import { addConnectionOptions, findServer } from "../connection/connection.ts";
import { forgetLogin, keptLogin } from "../connection/kept-logins.ts";
import { exitCode } from "../exit-code.ts";
import { neutralise } from "../output/neutralise.ts";

/** `rota logout` */
export const logout: CommandModule = {
  define(command) {
    command.option("--forget", "remove it from this machine although the server cannot be told");
    addConnectionOptions(command);
    examples(command, [["rota logout", "ends the token on the server, and removes it here"]]);
  },

  async run(io, values) {
    const { address, environment, organization: usual } = await findServer(io, values);
    const organization = text(values, "organization") ?? usual;
    const kept = await keptLogin(io, { address, organization });
    if (kept === undefined) {
      io.out(`No login is kept for ${neutralise(address)}, organization ${organization}.`);
      return exitCode.done;
    }
    const server = client({ address, organization, token: kept.token, environment: environment?.name });
    try {
      await server.endToken(kept.id);
    } catch (error) {
      // One that the server does not know any more has ended before.
      const isOver =
        error instanceof CliError &&
        [exitCode.denied, exitCode.usage].some((code) => code === error.exitCode);
      if (!isOver && !flag(values, "forget")) throw stillGood(error);
      if (!isOver)
        io.note("The server was not told: until it is, the token can still be used by whoever has it.");
    }
    await forgetLogin(io, kept);
    io.out(`Logged out of ${neutralise(address)}.`);
    return exitCode.done;
  },
};

const stillGood = (error: unknown): unknown =>
  error instanceof CliError
    ? new CliError(
        error.exitCode,
        error.message,
        "The token is kept, as it could not be ended. `rota logout --forget` removes it from this machine all the same.",
      )
    : error;
