import type { Action } from "../../core/action/action.ts";
import { actionDigest } from "../../core/bundle/digest.ts";
import { sha256 } from "../../core/json.ts";
import type { BuildLog } from "../ports.ts";
import { RegistryError } from "../registry-error.ts";
import { unzipBundle } from "../unzip/unzip-bundle.ts";
import { checkCode, checkedDigest } from "./check-code.ts";
import { checkAgreement } from "./manifest-inside.ts";
import type { RegistryParts, Upload } from "./upload.ts";

/** Code that is unpacked, stored and has its dependencies: what a row may name. */
export interface TakenCode {
  readonly action: Action;
  readonly code: string;
  readonly blob: string;
  readonly zipFileName: string;
  readonly manifest: string | undefined;
  /** What installing its packages said. */
  readonly build: BuildLog;
}

/** Whose code it is going to be. */
export interface Taker {
  readonly organization: string;
  readonly actionId: string;
  readonly actor: string;
  readonly address?: string | undefined;
}

/**
 * Takes an uploaded archive in: unzips and checks it, unpacks it by its code digest, prepares its
 * dependencies and stores the archive. Nothing of it is live yet; if a step fails, what was live stays.
 * Rejects with RegistryError, kind "invalid".
 */
export async function takeCode(
  parts: RegistryParts,
  upload: Upload & { readonly zip: NonNullable<Upload["zip"]> },
  taker: Taker,
  signal: AbortSignal,
): Promise<TakenCode> {
  const { bytes, fileName } = upload.zip;
  checkFileName(fileName);
  // A sender who names the digest names the files as they lie; others zip a folder.
  const { files, manifest } = await unzipBundle(bytes, { stripTopFolder: upload.codeDigest === undefined });
  const code = checkedDigest(files, upload.codeDigest);
  const action = effectiveAction(parts, upload, manifest);
  if (action !== upload.action) await upload.check?.(action);
  await checkCode(parts, action, files);
  const folder = await parts.bundles.put(code, files);
  const build = await prepare(parts, { code, action, folder, taker }, signal);
  const blob = sha256(bytes);
  await parts.blobs.put(blob, bytes);
  const inside = manifest === undefined ? undefined : new TextDecoder().decode(manifest);
  return { action, code, blob, zipFileName: fileName, manifest: upload.manifest ?? inside, build };
}

/** A form says less than a manifest can, so a manifest that agrees with it is what is meant. */
function effectiveAction(parts: RegistryParts, upload: Upload, manifest: Uint8Array | undefined): Action {
  if (upload.form === undefined || manifest === undefined) return upload.action;
  const read = parts.readManifest(manifest, upload.action.name);
  if ("problems" in read)
    throw new RegistryError(
      "invalid",
      "MANIFEST_INVALID",
      `The action.yaml in the archive is not valid:\n${read.problems.join("\n")}`,
    );
  checkAgreement(read.action, upload.action, upload.form);
  return read.action;
}

interface Taken {
  readonly code: string;
  readonly action: Action;
  readonly folder: string;
  readonly taker: Taker;
}

/** How many of the last lines of an installation that failed its sender is told. */
const told = 5;

async function prepare(parts: RegistryParts, taken: Taken, signal: AbortSignal): Promise<BuildLog> {
  const build = parts.builds.begin();
  try {
    await parts.environments.prepare(taken.folder, signal, build.say);
    return build;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const { code, action, taker } = taken;
    const digest = actionDigest(parts.canonical(action), code);
    const { actor, address, ...ref } = taker;
    const version = { ...ref, number: 0, digest, code, action };
    const run = await build.keep({ version, actor, address, reason });
    const last = build.said().filter((line) => line.trim() !== "");
    const lines = last.length === 0 ? [] : ["The installation's last lines:", ...last.slice(-told)];
    if (run !== undefined) lines.push(`All of them: rota logs ${run}`);
    throw new RegistryError("invalid", "ENVIRONMENT_FAILED", [reason, ...lines].join("\n"), { cause });
  }
}

/** OpenObserve keeps 256 characters of it; it comes back in a header. */
function checkFileName(fileName: string): void {
  if (fileName !== "" && fileName.length <= 256 && !/[\p{Cc}\p{Cf}/\\"]/u.test(fileName)) return;
  throw new RegistryError(
    "invalid",
    "ZIP_FILE_NAME_ILLEGAL",
    "The archive's file name must have 1 to 256 characters, without control characters, quotes, / or \\.",
  );
}
