import { CliError } from "../cli-error.ts";
import type { Client } from "../connection/client.ts";
import { exitCode } from "../exit-code.ts";

/**
 * What a vote is about, as it is now. Whom an action names as approvers may read its runs only while they are asked:
 * of another the vote itself says best why it does not count.
 */
export async function lookAt(
  server: Client,
  run: string,
): Promise<{ readonly id: string; readonly round: number }> {
  try {
    const { id, approval } = await server.show(run);
    return { id, round: approval?.round ?? 1 };
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== exitCode.denied) throw error;
    return { id: run, round: 1 };
  }
}
