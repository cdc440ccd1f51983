import type { Destination, DestinationModule, DestinationTarget, SentDestination } from "./destination.ts";
import { resourceNameProblem } from "./resource-name.ts";

export type ReadDestination =
  | { readonly ok: true; readonly destination: Destination }
  /** In OpenObserve's words, to be answered with 400. */
  | { readonly ok: false; readonly problem: string };

const fail = (problem: string): ReadDestination => ({ ok: false, problem });

/**
 * Reads what was sent as a destination, in the order in which OpenObserve finds fault. What only the server knows
 * (whether there is such an action or template, whether an address may be asked) is looked at elsewhere.
 * `name`: of the address, which counts more than that of the body.
 */
export function readDestination(
  sent: SentDestination,
  module: DestinationModule,
  name: string | undefined,
): ReadDestination {
  const target = module === "pipeline" ? http(sent) : targetOf(sent);
  if (typeof target === "string") return fail(target);
  const called = (name ?? sent.name ?? "").trim();
  const problem = resourceNameProblem("Destination", called);
  if (problem !== undefined) return fail(problem);
  const isAddress = target.type === "http" || target.type === "action";
  const destination: Destination = {
    name: called,
    module,
    target,
    template: module === "pipeline" ? undefined : sent.template || undefined,
    outputFormat: isAddress ? (sent.output_format ?? undefined) : undefined,
    typeName: isAddress ? (sent.destination_type_name ?? undefined) : undefined,
    metadata: isAddress ? (sent.metadata ?? {}) : {},
  };
  return { ok: true, destination };
}

function targetOf(sent: SentDestination): DestinationTarget | string {
  switch (sent.type ?? "http") {
    case "action":
      return sent.action_id
        ? { type: "action", actionId: sent.action_id }
        : "Invalid action id: Action id is required for action destination";
    case "email": {
      const emails = (sent.emails ?? []).map((email) => email.trim().toLowerCase());
      return emails.length > 0
        ? { type: "email", emails }
        : "Email destination must have at least one email recipient";
    }
    case "sns": {
      const { sns_topic_arn: topic, aws_region: region } = sent;
      return topic && region
        ? { type: "sns", topic, region }
        : "SNS destination must have Topic ARN and Region";
    }
    default:
      return http(sent);
  }
}

function http(sent: SentDestination): DestinationTarget | string {
  if (!sent.url) return "HTTP destination must have a url";
  return {
    type: "http",
    url: sent.url,
    method: sent.method ?? "post",
    skipTlsVerify: sent.skip_tls_verify ?? false,
    headers: sent.headers ?? undefined,
  };
}
