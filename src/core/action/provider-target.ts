import { sshPort } from "./normalize-provider.ts";
import type { Provider } from "./provider.ts";
import type { WrittenProvider } from "./written/written.generated.ts";

/** Where a provider is, in a few words: `ops@web-1:22 through bastion`; "" for a kind that only newer servers know. */
export function providerTarget(provider: Provider | WrittenProvider): string {
  switch (provider.kind) {
    case "ssh": {
      const host = provider.host.includes(":") ? `[${provider.host}]` : provider.host;
      const through = provider.jump === undefined ? "" : ` through ${provider.jump}`;
      return `${provider.user}@${host}:${provider.port ?? sshPort}${through}`;
    }
    case "host":
      return `${provider.user} on the server's machine`;
    case "http":
      return provider.baseUrl;
    default:
      return "";
  }
}
