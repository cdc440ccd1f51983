import type {
  ApprovalLinks,
  AuditAttempts,
  AuditService,
  Authenticate,
  ReceiverAddresses,
} from "../access/index.ts";
import type { RotaExecutor } from "../executor/index.ts";
import type { RegistryParts } from "../registry/index.ts";
import type { RunsService, TriedProvider } from "../runs/index.ts";
import type { Store } from "../store/index.ts";
import type { Gate } from "./app/gate.ts";
import type { OpenObserve } from "./openobserve/port.ts";
import type { ServerSecrets } from "./secrets.ts";
import type { Settings } from "./settings.ts";
import type { OidcProvider } from "./sign-in/provider.ts";

/** What routes work with; made by hand in `compose.ts`. */
export interface Parts {
  readonly settings: Settings;
  readonly version: string;
  readonly store: Store;
  readonly registry: RegistryParts;
  readonly runs: RunsService;
  /** Really goes to a provider; undefined: there is none of that name. */
  readonly tryProvider: (organization: string, name: string) => Promise<TriedProvider | undefined>;
  /** Tells schedules and workers that an action or a provider changed: runs may have ended, wait anew, or be free to begin. */
  readonly declarationsChanged: () => void;
  readonly authenticate: Authenticate;
  /** Signed links by which people answer whether a run may start. */
  readonly approvalLinks: ApprovalLinks;
  readonly receiverAddresses: ReceiverAddresses;
  /** Seals and verifies the audit. */
  readonly audit: AuditService;
  /** Writes logins and refused attempts into it. */
  readonly attempts: AuditAttempts;
  /** Where people sign in; undefined: with passwords alone. */
  readonly oidc: OidcProvider | undefined;
  readonly secrets: ServerSecrets;
  readonly executor: RotaExecutor;
  readonly openobserve: OpenObserve;
  /** Uploads that are read and taken in at once. */
  readonly uploads: Gate;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A KSUID. */
  readonly newId: () => string;
  /** Where this server is reached: http://127.0.0.1:5090. */
  readonly address: () => string;
  /** Aborted when the server stops. */
  readonly closing: AbortSignal;
}
