import type { Json } from "../../json.ts";

export type DestinationType = "http" | "email" | "sns" | "action";
/** What a destination is for: notifications of alerts, or what a pipeline writes to. */
export type DestinationModule = "alert" | "pipeline";

/** A destination as it is kept. Of type action, its address is worked out when somebody reads it. */
export interface Destination {
  readonly name: string;
  readonly module: DestinationModule;
  readonly target: DestinationTarget;
  /** Name of its template; undefined: it has none. */
  readonly template: string | undefined;
  readonly outputFormat: Json | undefined;
  /** What the sender calls it: "slack", "custom", … */
  readonly typeName: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

export type DestinationTarget =
  | {
      readonly type: "http";
      readonly url: string;
      readonly method: HttpMethod;
      readonly skipTlsVerify: boolean;
      readonly headers: Readonly<Record<string, string>> | undefined;
    }
  | { readonly type: "email"; readonly emails: readonly string[] }
  | { readonly type: "sns"; readonly topic: string; readonly region: string }
  | { readonly type: "action"; readonly actionId: string };
export type HttpMethod = "post" | "put" | "get";

/** A destination as it is sent; every member may be missing or null. */
export interface SentDestination {
  readonly name?: string | null;
  readonly type?: DestinationType | null;
  readonly action_id?: string | null;
  readonly template?: string | null;
  readonly url?: string | null;
  readonly method?: HttpMethod | null;
  readonly skip_tls_verify?: boolean | null;
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly emails?: readonly string[] | null;
  readonly sns_topic_arn?: string | null;
  readonly aws_region?: string | null;
  readonly output_format?: Json;
  readonly destination_type_name?: string | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
}

/** A destination as OpenObserve shows it. `address`: where one of type action is reached. */
export function destinationJson({ target, ...of }: Destination, address: (actionId: string) => string) {
  const http =
    target.type === "http"
      ? target
      : {
          url: target.type === "action" ? address(target.actionId) : "",
          method: "post",
          skipTlsVerify: false,
        };
  return {
    name: of.name,
    url: http.url,
    method: http.method,
    skip_tls_verify: http.skipTlsVerify,
    ...(target.type === "http" && target.headers !== undefined && { headers: target.headers }),
    ...(of.template !== undefined && { template: of.template }),
    emails: target.type === "email" ? target.emails : [],
    ...(target.type === "sns" && { sns_topic_arn: target.topic, aws_region: target.region }),
    type: target.type,
    ...(target.type === "action" && { action_id: target.actionId }),
    ...(of.outputFormat !== undefined && { output_format: of.outputFormat }),
    ...(of.typeName !== undefined && { destination_type_name: of.typeName }),
    metadata: of.metadata,
  };
}
