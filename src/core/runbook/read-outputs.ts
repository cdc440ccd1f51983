/** What a command wrote to `$ROTA_OUTPUT`, by name; a text says what is wrong with it. */
export type ReadOutputs =
  | { readonly outputs: Readonly<Record<string, string>> }
  | { readonly problem: string };

const mostOutputs = 256;

/** Lines `name=value`; of a name that comes twice the last value counts. Empty lines are nothing. */
export function readOutputs(bytes: Uint8Array): ReadOutputs {
  const text = new TextDecoder("utf-8").decode(bytes);
  const outputs = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === "") continue;
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]{0,63})=(.*)$/s.exec(line) ?? [];
    if (name === undefined || value === undefined)
      return {
        problem: `Line ${index + 1} of what it wrote to $ROTA_OUTPUT is not name=value (a name has letters, digits and _).`,
      };
    outputs.set(name, value);
    if (outputs.size > mostOutputs)
      return { problem: `It wrote more than ${mostOutputs} outputs to $ROTA_OUTPUT.` };
  }
  return { outputs: Object.fromEntries(outputs) };
}
