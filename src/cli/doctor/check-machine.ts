import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { findClient, noClient } from "../../executor/index.ts";
import type { Io } from "../io.ts";
import { type Check, failed, passed } from "./check.ts";

const run = promisify(execFile);

/** The first line that a tool prints; undefined when it cannot be started or fails. */
async function says(tool: string, ...args: string[]): Promise<string | undefined> {
  const { stdout } = await run(tool, args, { timeout: 20_000 }).catch(() => ({ stdout: "" }));
  return stdout.split("\n")[0]?.trim() || undefined;
}

export const checkNode = async (): Promise<Check> => passed("Node", true, process.version);

export async function checkGit(): Promise<Check> {
  const version = await says("git", "--version");
  return version === undefined
    ? failed("git", true, "not found", "Install git: plan and apply read actions from it.")
    : passed("git", true, version.replace(/^git version /, ""));
}

/** OpenSSH's client, which steps on other machines go through. */
export async function checkSsh(io: Io): Promise<Check> {
  const client = await findClient(io.env.PATH ?? "");
  return client === undefined ? failed("ssh", false, "not found", noClient) : passed("ssh", false, client);
}

/** The folder of the server on this machine, or the one that it would be made in. */
export async function checkData(io: Io): Promise<Check> {
  const folder = resolve(io.cwd, io.env.ROTA_DATA || ".rota");
  const there = await stat(folder).catch(() => undefined);
  if (there !== undefined && !there.isDirectory())
    return failed("Data folder", true, `${folder} is not a folder`, "Name another one with ROTA_DATA.");
  const writable = await access(there === undefined ? dirname(folder) : folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable)
    return failed(
      "Data folder",
      true,
      `${folder} cannot be written`,
      "Give this user the right, or set ROTA_DATA.",
    );
  return passed("Data folder", true, there === undefined ? `${folder}, made by the first start` : folder);
}
