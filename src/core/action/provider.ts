import type { EnvValue, SecretReference } from "./action.ts";

/** A place that steps run at, as `rota.yaml` declares it: every default filled in. `local` is always there. */
export type Provider = SshProvider | HostProvider | HttpProvider;

/** Another machine, over ssh. */
export interface SshProvider {
  readonly kind: "ssh";
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Its private key, byte for byte. */
  readonly key: SecretReference;
  /** The machine's public key: type and base64. Nothing else is ever accepted. */
  readonly hostKey: string;
  /** Name of the ssh provider that the connection goes through. */
  readonly jump: string | undefined;
}

/** The server's own machine. */
export interface HostProvider {
  readonly kind: "host";
  readonly user: string;
}

/** An API: what http steps at it have in common. */
export interface HttpProvider {
  readonly kind: "http";
  /** Without a final slash. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, EnvValue>>;
}
