import { describe, expect, it } from 'vitest'
import { readOptions } from '../support/docs/declared-options.ts'
import { readDocument, readSections, readTables } from '../support/docs/markdown.ts'

const inbox = 'sallyport/src/inbox'
const replay = 'sallyport/src/receive/replay'

/** The table under a heading of a document, and the folder and name of what declares its options. */
const tables: readonly (readonly [document: string, section: string, ...declarations: string[]])[] = [
  ['docs/receiver.md', 'Options', 'VerifierOptions', 'ReceiverOptions'],
  ['docs/receiver.md', 'recordDeliveries options', 'RecordOptions'],
  ['docs/any-of.md', 'anyOf options', 'AnyOfOptions'],
  ['docs/verify.md', 'Request options', 'VerifyRequest'],
  ['docs/verify.md', 'Verifier options', 'VerifierOptions'],
  ['docs/inbox.md', 'createInbox options', `${inbox} InboxOptions`],
  ['docs/inbox.md', 'Retry options', `${inbox} RetryPolicy`],
  ['docs/inbox.md', 'createWorker options', `${inbox} WorkerOptions`],
  ['docs/operations/health.md', 'health options', 'HealthOptions'],
  ['docs/operations/shutdown.md', 'closeGracefully options', 'sallyport/src/shutdown CloseOptions'],
  ['docs/operations/shutdown.md', 'closeOnSignals options', 'SignalOptions'],
  ['docs/operations/alerts.md', 'watch options', 'sallyport/src/watch WatchOptions'],
  [
    'docs/operations/telemetry.md',
    'startOpenTelemetry options',
    'sallyport/src/telemetry TelemetryOptions',
    'OpenTelemetryOptions',
  ],
  [
    'docs/operations/telemetry.md',
    'createPrometheusEndpoint options',
    'sallyport/src/telemetry TelemetryOptions',
    'PrometheusOptions',
  ],
  [
    'docs/operations/shared-state.md',
    'createRedisReplayGuard options',
    `${replay}/redis RedisReplayGuardOptions`,
    `${replay}/shared SharedReplayGuardOptions`,
  ],
  [
    'docs/operations/shared-state.md',
    'createPostgresReplayGuard options',
    `${replay}/postgres PostgresReplayGuardOptions`,
    `${replay}/shared SharedReplayGuardOptions`,
  ],
  [
    'docs/operations/shared-state.md',
    'createSqliteReplayGuard options',
    `${replay}/sqlite SqliteReplayGuardOptions`,
    `${replay}/shared SharedReplayGuardOptions`,
  ],
  ['docs/engines.md', 'SQLite options', `${inbox}/sqlite SqliteEngineOptions`],
  ['docs/engines.md', 'pg-boss options', `${inbox}/pg-boss PgBossConnection`, `${inbox}/pg-boss PgBossEngineOptions`],
  ['docs/engines.md', 'BullMQ options', `${inbox}/bullmq BullMqEngineOptions`],
  ['docs/fleet.md', 'fleet options', 'fleet/src FleetOptions'],
  ['docs/fleet.md', 'Pull a commit', 'fleet/src/pull PullOptions'],
  ['docs/fleet.md', 'Review an agent', 'fleet/src/review/diff DiffOptions'],
  ['docs/fleet.md', 'Check a policy', 'fleet/src/review/policy BundlePolicy'],
  ['docs/fleet.md', 'Deploy', 'fleet/src/deploy DeployOptions'],
  ['docs/fleet.md', 'Roll back', 'fleet/src/deploy RollbackOptions'],
  ['docs/bundles.md', 'Limits', 'fleet/src/bundle BundleLimits'],
  ['docs/platforms.md', 'Client options', 'platforms/src/http ClientOptions'],
  ['docs/platforms.md', 'Client retries', 'platforms/src/http RetryPolicy'],
  ['docs/platforms.md', 'ensureWebhooks options', 'platforms/src/webhooks EnsureOptions'],
  ['docs/platforms.md', 'storedSecrets options', 'platforms/src/secrets StoredSecretsOptions'],
  ['docs/platforms.md', 'rotateWithOverlap options', 'platforms/src/rotation RotateOptions'],
  ['docs/platforms.md', 'pollNotifications options', 'platforms/src/notifications PollOptions'],
  ['docs/platforms.md', 'Options for an agent', 'platforms/src/notifications AgentPollOptions'],
  ['docs/platforms.md', 'Options for a project', 'platforms/src/notifications ProjectPollOptions'],
  ['docs/sandbox.md', 'Options', 'sandbox/src SandboxOptions'],
  ['docs/sandbox.md', 'Retry options', 'sandbox/src/delivery RetryPolicy'],
  ['docs/sandbox.md', 'Keys', 'sandbox/src SandboxKeys'],
  ['docs/console.md', 'Options', 'console/src ConsoleOptions'],
  ['docs/cli.md', 'Provider settings', 'cli/src/config ProviderConfig'],
  ['docs/cli.md', 'Platform settings', 'cli/src/config PlatformConfig'],
  ['docs/cli.md', 'Webhook settings', 'cli/src/config WebhookConfig'],
]

describe.each(tables)('the table in %s under "%s"', (document, section, ...declarations) => {
  const declared = declarations.flatMap(readOptions)
  const rows = readRows(document, section)

  it('lists every option, and no other', () => {
    expect(rows.map(({ name }) => name).toSorted()).toEqual(declared.map(({ name }) => name).toSorted())
  })

  it.each(rows)('shows type and default of $name', ({ name, type, byDefault }) => {
    const option = declared.find((candidate) => candidate.name === name)
    if (type !== 'function' || !option?.type.includes('=>')) expect(type).toBe(option?.type)
    // A declaration may leave it to the document to describe what happens without the option.
    const expected = toComparable(option?.byDefault ?? '')
    if (expected === 'none') expect(byDefault).not.toBe('')
    else expect(toComparable(byDefault)).toBe(expected)
  })
})

function readRows(document: string, title: string): { name: string; type: string; byDefault: string }[] {
  const section = [2, 3]
    .flatMap((level) => readSections(readDocument(document), level))
    .find((one) => one.title === title)
  const table = readTables(section?.text ?? '').find(({ head }) => head[0] === 'Option')
  const plain = (cell = ''): string => cell.replaceAll(/[`\\]/g, '')
  return (table?.rows ?? []).map(([name, type, byDefault]) => ({
    name: plain(name),
    type: plain(type),
    byDefault: plain(byDefault),
  }))
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  days: 86_400_000,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
}

/** A default as a number, in milliseconds or bytes; as it is where it is code; `words` for what is put into words. */
function toComparable(text: string): number | string {
  const [code] = /^\[.*?\](?=:)/.exec(text) ?? []
  if (code !== undefined) return code
  const [, digits, unit] = /^([\d_,.]+) ?(s|min|h|days|MiB|GiB|)(?=$|[^\w.])/.exec(text) ?? []
  if (digits !== undefined) return Number(digits.replaceAll(/[_,]/g, '')) * units[unit ?? '']!
  return /^(?:'.*'|\[.*\]|\{\}|true|false|required|none|either|[A-Z]\w+\.\w+)$/.test(text) ? text : 'words'
}
