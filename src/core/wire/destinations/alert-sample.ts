import type { Json, JsonObject } from "../../json.ts";

/** What the variables of a template stand for in one message. */
export interface TemplateContext {
  /** By name: alert_name, stream_name, … */
  readonly variables: Readonly<Record<string, string>>;
  /** The records that the alert found. */
  readonly rows: readonly JsonObject[];
  /** What the alert's own row template makes of each: texts, or JSON. */
  readonly rowTexts: readonly Json[];
  /** Of the alert, or of the destination. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Stands before the title and the alert's name of what is sent for a test. */
export const testMarker = "[TEST] ";

/** The message that `test_send` sends: an alert that never fired, marked as a test. */
export const alertSample = (
  organization: string,
  metadata: Readonly<Record<string, string>>,
): TemplateContext => {
  const rows = [
    { _timestamp: 1_785_578_400_000_000, host: "web-1", service: "checkout", errors: 42 },
    { _timestamp: 1_785_578_460_000_000, host: "web-2", service: "checkout", errors: 17 },
  ];
  return {
    variables: {
      org_name: organization,
      stream_type: "logs",
      stream_name: "sample",
      alert_name: `${testMarker}Sample alert`,
      alert_type: "scheduled",
      alert_period: "10",
      alert_operator: ">=",
      alert_threshold: "10",
      alert_warning_threshold: "",
      alert_threshold_crit: "10",
      alert_threshold_warn: "",
      alert_count: "2",
      alert_agg_value: "42",
      alert_level: "",
      alert_priority: "",
      alert_tags: "",
      alert_start_time: "2026-08-01T10:00:00",
      alert_end_time: "2026-08-01T10:10:00",
      alert_time: "2026-08-01T10:10:00",
      alert_trigger_time: "1785579000000000",
      alert_trigger_time_millis: "1785579000000",
      alert_trigger_time_seconds: "1785579000",
      alert_trigger_time_str: "2026-08-01T10:10:00",
      alert_url: "https://openobserve.example.com/web/alerts",
      alert_description: "An alert that never fired, sent to try a destination",
      alert_promql_operator: "",
      alert_promql_value: "",
    },
    rows,
    rowTexts: rows,
    attributes: metadata,
  };
};
