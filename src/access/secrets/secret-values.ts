import type { SecretStore } from "../ports.ts";
import type { Seal } from "./seal.ts";
import { fromFolder, namesInFolder, type SecretFolder } from "./secrets-in-folder.ts";
import { fromVariables, namesInVariables } from "./secrets-in-variables.ts";

/** Where values come from. The first that has a name gives its value. */
export interface SecretSources {
  /** undefined: none are kept (`run --local`). */
  readonly stored: { readonly store: Pick<SecretStore, "read">; readonly seal: Seal } | undefined;
  /** The whole environment; secrets are `ROTA_SECRET_<NAME>`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: SecretFolder;
  /** Those whose actions may use what this machine holds: environment and files belong to no organization by themselves. */
  readonly organizations: readonly string[];
}

/** Where a secret that nobody stored comes from. */
export interface MachineSecret {
  readonly name: string;
  readonly source: "environment" | "file";
}

export interface SecretValues {
  /**
   * `missing`: names that nothing has a value for. Rejects with a sentence, never with a value, when that cannot be
   * found out, or a value is no text.
   */
  values(
    organization: string,
    names: readonly string[],
  ): Promise<{ readonly values: ReadonlyMap<string, string>; readonly missing: readonly string[] }>;
  /** What environment and files hold for an organization. */
  machineSecrets(organization: string): Promise<readonly MachineSecret[]>;
}

/** The values of secrets, looked up anew each time: one that was just set is used by the next run. */
export function secretValues(sources: SecretSources): SecretValues {
  const ofMachine = async (name: string): Promise<Uint8Array | undefined> => {
    const text = fromVariables(sources.env, name);
    return text === undefined ? fromFolder(sources.folder, name) : Buffer.from(text, "utf8");
  };
  return {
    async values(organization, names) {
      const stored = await readStored(sources.stored, organization, names);
      const machine = sources.organizations.includes(organization);
      const values = new Map<string, string>();
      for (const name of new Set(names)) {
        const bytes = stored.get(name) ?? (machine ? await ofMachine(name) : undefined);
        if (bytes !== undefined) values.set(name, decoded(name, bytes));
      }
      return { values, missing: [...new Set(names)].filter((name) => !values.has(name)) };
    },
    async machineSecrets(organization) {
      if (!sources.organizations.includes(organization)) return [];
      const files = await namesInFolder(sources.folder);
      const variables = namesInVariables(sources.env);
      return [
        ...variables.map((name) => ({ name, source: "environment" as const })),
        ...files
          .filter((name) => !variables.includes(name))
          .map((name) => ({ name, source: "file" as const })),
      ];
    },
  };
}

async function readStored(
  stored: SecretSources["stored"],
  organization: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (stored === undefined) return new Map();
  const values = new Map<string, Uint8Array>();
  for (const { name, sealed } of await stored.store.read({ organization, names }))
    values.set(name, opened(stored.seal, organization, name, sealed));
  return values;
}

function opened(seal: Seal, organization: string, name: string, sealed: string): Uint8Array {
  try {
    return seal.open(sealed, [organization, name]);
  } catch {
    throw new Error(
      `The stored value of the secret "${name}" does not open with the server's secret key: it was altered. Set it again with: rota secrets set ${name}`,
    );
  }
}

/** A byte order mark is part of the value. */
function decoded(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(
      `The value of the secret "${name}" is no UTF-8 text, so no program can be given it. Set it as text, base64 for example, with: rota secrets set ${name}`,
    );
  }
}
