import type { Action } from "../../core/action/action.ts";
import type { RegistryStore } from "../../registry/ports.ts";

/** Reads the current versions of an organization's live actions that are linked to alerts. */
export const linkedActions =
  (registry: Pick<RegistryStore, "listActions" | "readVersion">) =>
  async (organization: string): Promise<readonly { id: string; action: Action }[]> => {
    const live = await registry.listActions({ organization });
    const versions = await Promise.all(
      live.map(({ id, version: number }) => registry.readVersion({ organization, id, number })),
    );
    return versions.flatMap((version) =>
      version === undefined || version.action.alerts.length === 0
        ? []
        : [{ id: version.actionId, action: version.action }],
    );
  };
