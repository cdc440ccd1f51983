import fc from "fast-check";

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const duration = fc
  .tuple(fc.integer({ min: 1, max: 50 }), fc.constantFrom("ms", "s", "m", "h"))
  .map(([n, unit]) => `${n}${unit}`);
const size = fc
  .tuple(fc.integer({ min: 1, max: 1024 }), fc.constantFrom("Ki", "Mi"))
  .map(([n, unit]) => `${n}${unit}`);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const env = fc.dictionary(
  fc.stringMatching(/^[B-N][A-Z0-9]{0,6}$/),
  fc.oneof(
    fc.string({ maxLength: 5 }).filter((text) => !text.includes("{{")),
    word.map((secret) => ({ secret })),
  ),
  { maxKeys: 4 },
);
const retries = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.record(
    {
      limit: fc.integer({ min: 0, max: 5 }),
      delay: duration,
      backoff: fc.constantFrom("constant", "exponential"),
    },
    { requiredKeys: ["limit"] },
  ),
);
const cron = fc.constantFrom("0 6 * * *", "*/5 * * * *", "30 12 1 * *", " 0  0 L * * ", "0 9 * * 1#2");
const schedule = fc
  .tuple(
    fc.oneof(
      cron.map((text) => ({ cron: text })),
      fc.constant({ once: true }),
      fc.constant({ at: "2027-03-01T09:00:00+02:00" }),
      fc.constant({ frequency: "daily", time: "07:10" }),
      fc
        .uniqueArray(fc.constantFrom("mon", "tue", "sun"), { minLength: 1 })
        .map((days) => ({ frequency: "weekly", time: "00:00", days })),
      fc
        .constantFrom(1, 31, "last", undefined)
        .map((dayOfMonth) => ({ frequency: "monthly", time: "23:59", dayOfMonth })),
    ),
    fc.record(
      {
        timezone: fc.constantFrom("UTC", "Europe/Berlin"),
        catchUp: fc.constantFrom("none", "last", "all"),
        startDeadline: duration,
      },
      { requiredKeys: [] },
    ),
  )
  .map(([timing, rest]) => ({ ...timing, ...rest }));
const alert = fc.record(
  {
    match: fc.constantFrom('alert.name == "Down"', "true"),
    on: fc.constantFrom(["firing"], ["resolved"], ["firing", "resolved"]),
    start: fc.oneof(
      fc.constantFrom("immediately", "approval"),
      duration.map((after) => ({ after })),
    ),
    key: fc.constant("alert.labels.host"),
    cooldown: duration,
    parameters: fc.constant({ host: "${{ alert.labels.host }}" }),
  },
  { requiredKeys: ["match"] },
);
const common = {
  name: optional(word),
  description: optional(fc.string({ maxLength: 20 })),
  category: optional(word),
  tags: optional(fc.uniqueArray(word, { maxLength: 3 })),
  owner: optional(word),
  estimatedDuration: optional(duration),
  enabled: optional(fc.boolean()),
  env: optional(env),
  approval: optional(
    fc.record(
      {
        required: fc.boolean(),
        approvers: fc.constantFrom([], ["role:sre"]),
        quorum: fc.integer({ min: 1, max: 3 }),
        expires: duration,
        onExpiry: fc.constantFrom("reject", "approve"),
      },
      { requiredKeys: [] },
    ),
  ),
  when: optional(fc.constant("env.A == 'b'")),
  timeout: optional(duration),
  retries: optional(retries),
  concurrency: optional(
    fc.record(
      {
        limit: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant("unlimited")),
        overlap: fc.constantFrom("skip", "queue", "replace", "allow"),
      },
      { requiredKeys: [] },
    ),
  ),
  resources: optional(
    fc.record(
      {
        memory: fc.integer({ min: 16, max: 9000 }).map((n) => `${n}Mi`),
        processes: fc.integer({ min: 1, max: 99 }),
        output: size,
        disk: fc.constantFrom("1Mi", "2Gi"),
      },
      { requiredKeys: [] },
    ),
  ),
  retention: optional(
    fc.oneof(
      fc.record({ keep: fc.integer({ min: 1, max: 1_000_000 }) }),
      fc.record({ days: fc.integer({ min: 1, max: 36_500 }), keep: fc.constant(200) }),
    ),
  ),
  network: optional(fc.boolean()),
  isolation: optional(fc.constantFrom("best", "required")),
  notify: optional(
    fc.oneof(
      fc.record({ on: fc.constantFrom(["failure"], ["failure", "recovery"]), action: word }),
      fc.record({ on: fc.constant(["approval"]), email: fc.constant(["ops@example.com"]) }),
      fc.record({
        on: fc.constant(["success"]),
        url: fc.constant("https://hooks.example.com/rota"),
        signature: fc.constant({ secret: "hook_key" }),
      }),
    ),
  ),
  protect: optional(fc.boolean()),
};
/** Any JSON but the key that manifests refuse. */
const json = (maxDepth: number) =>
  fc.jsonValue({ maxDepth }).filter((value) => !JSON.stringify(value).includes('"__proto__":'));
/** Each has a default, so that whatever starts a run may leave it out; `host` is what alerts give. */
const parameters = fc
  .dictionary(
    fc.stringMatching(/^[a-z_][A-Za-z0-9_]{0,8}$/).filter((name) => name !== "__proto__"),
    fc.record(
      {
        default: json(2),
        type: fc.oneof(fc.constantFrom("string", "integer"), fc.constant(["string", "null"])),
        title: word,
        secret: fc.boolean(),
        optional: fc.boolean(),
        enum: fc.array(json(1), { minLength: 1, maxLength: 3 }),
        items: fc.constant({ type: "object", properties: { a: { pattern: "^x$" } } }),
      },
      { requiredKeys: ["default"] },
    ),
    { maxKeys: 3 },
  )
  .map((declared) => ({ ...declared, host: { type: "string", default: "localhost" } }));
const python = { ...common, serviceAccount: fc.constant("a@example.com") };
const step = fc
  .tuple(
    fc.oneof(
      word.map((run) => ({ run })),
      fc.constant({ python: "report.py" }),
      fc.constant({ http: { url: "https://example.com", expect: { status: 200 } } }),
      word.map((action) => ({ action, parameters: { a: 1 } })),
    ),
    fc.record(
      {
        env,
        if: fc.constantFrom("always", "previous_success", "previous_failure", "run.attempt == 1"),
        timeout: duration,
        retries,
        continueOnError: fc.boolean(),
        idempotent: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([program, rest]) => ({ ...program, ...rest }));
const steps = fc
  .array(step, { minLength: 1, maxLength: 4 })
  .map((list) =>
    list.map((one, index) =>
      index % 2 === 0 ? { name: `Step ${index}`, ...one } : { name: "Any", id: `s${index}`, ...one },
    ),
  );

/** Any written action that schema and rules accept, as plain JSON. */
export const arbitraryAction = fc
  .oneof(
    fc.record({ type: fc.constant("scheduled"), ...python, schedule }),
    fc.record({
      type: fc.constant("realtime"),
      ...python,
      keepState: optional(fc.boolean()),
      parameters,
      alerts: optional(fc.array(alert, { maxLength: 2 })),
    }),
    fc.record({ type: fc.constant("runbook"), ...common, steps }),
    fc.record({ type: fc.constant("runbook"), ...common, steps, mode: fc.constant("scheduled"), schedule }),
    fc.record({
      type: fc.constant("runbook"),
      ...common,
      steps,
      parameters,
      mode: fc.constant("triggered"),
      alerts: fc.array(alert, { minLength: 1, maxLength: 2 }),
    }),
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>);
