import type { Instant } from "../../core/time.ts";
import type { Destination, DestinationModule } from "../../core/wire/destinations/destination.ts";
import type { Template } from "../../core/wire/destinations/template.ts";

export interface NamedRef {
  readonly organization: string;
  readonly name: string;
}
/** Who writes, and when: every write is audited in its own transaction. */
export interface WrittenBy {
  readonly organization: string;
  readonly actor: string;
  /** Where the request came from; undefined: from the server itself. */
  readonly address: string | undefined;
  readonly now: Instant;
}

/** OpenObserve's alert destinations and templates. A name is there once in an organization. */
export interface DestinationStore {
  /** By name. */
  listDestinations(ask: {
    organization: string;
    module: DestinationModule | undefined;
  }): Promise<readonly Destination[]>;
  findDestination(ask: NamedRef): Promise<Destination | undefined>;
  createDestination(
    write: WrittenBy & { id: string; destination: Destination },
  ): Promise<"created" | "exists">;
  updateDestination(write: WrittenBy & { destination: Destination }): Promise<"written" | "missing">;
  removeDestination(write: WrittenBy & { name: string }): Promise<"removed" | "missing">;

  /** By name. */
  listTemplates(ask: { organization: string }): Promise<readonly Template[]>;
  findTemplate(ask: NamedRef): Promise<Template | undefined>;
  createTemplate(write: WrittenBy & { id: string; template: Template }): Promise<"created" | "exists">;
  updateTemplate(write: WrittenBy & { template: Template }): Promise<"written" | "missing">;
  /** Refused, with the name of the first one, while destinations name it. */
  removeTemplate(
    write: WrittenBy & { name: string },
  ): Promise<"removed" | "missing" | { readonly usedBy: string }>;
}
