import type { Provider } from "./provider.ts";
import type { WrittenProvider } from "./written/written.generated.ts";

/** What an ssh provider means that names no port. */
export const sshPort = 22;

/** A provider as it is meant: the comment behind a host key and the slash that ends an address mean nothing. */
export function normalizeProvider(written: WrittenProvider): Provider {
  switch (written.kind) {
    case "ssh":
      return {
        kind: "ssh",
        host: written.host,
        port: written.port ?? sshPort,
        user: written.user,
        key: { secret: written.key.secret },
        hostKey: written.hostKey.split(" ").slice(0, 2).join(" "),
        jump: written.jump,
      };
    case "host":
      return { kind: "host", user: written.user };
    case "http":
      return {
        kind: "http",
        baseUrl: written.baseUrl.replace(/\/+$/, ""),
        headers: written.headers ?? {},
      };
  }
}
