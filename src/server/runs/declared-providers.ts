import type { RegistryStore } from "../../registry/ports.ts";
import type { Providers } from "../../runs/ports/around.ts";

/** The providers that are live, for the steps that name them. */
export const declaredProviders = (registry: Pick<RegistryStore, "findProvider">): Providers => ({
  find: async (organization, name) => {
    const found = await registry.findProvider({ organization, name });
    return found && { name, provider: found.provider, digest: found.digest };
  },
});
