import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { toShownUrl, type InvoratecClient, type SonzaiClient, type SonzaiDeliveryAttempt } from '@sallyport/platforms'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { wholeNumber } from '../../options.ts'
import { connect, createPlatformCommand } from '../../webhooks/connect.ts'
import { explainAttempt } from '../../webhooks/explain-attempt.ts'
import { renderAttempts, type AttemptRecord } from '../../webhooks/render-attempts.ts'

/** `sallyport webhooks attempts`. */
export function createAttemptsCommand(): CommandUnknownOpts {
  const command = createPlatformCommand('attempts')
    .summary('show recent deliveries')
    .description(
      'Shows the deliveries of an event type that the platform remembers, the newest first. Invoratec only remembers how many failed in a row, and when it last sent one.',
    )
    .argument('<event>', 'event type')
    .addOption(new Option('--limit <number>', 'maximum number shown').argParser(wholeNumber(1, 10_000)).default(50))
    .option('--data', 'also show the request and response bodies')
    .action(
      action(async (context, platform, event, options) => {
        const { output } = context
        const { client, projectId } = await connect(context, platform, options)
        const attempts =
          client.platform === 'sonzai'
            ? await readSonzai(client, event, projectId, options)
            : await readInvoratec(client, event)
        const text = attempts.length === 0 ? '' : renderAttempts(output, client.platform, attempts)
        output.result({ ok: true, platform, event, attempts }, text)
        if (attempts.length === 0) output.note(`${platform} remembers no deliveries of this event type`)
        return undefined
      }),
    )
  return addHelp(command, {
    examples: [
      ['webhooks attempts sonzai on_wakeup_ready', 'newest first'],
      ['webhooks attempts sonzai on_wakeup_ready --data --json', 'with bodies'],
    ],
    exits: {
      no: 'the platform rejected the request',
      configuration: 'the API key is missing or unknown',
      unavailable: 'the platform is unreachable',
    },
  })
}

async function readSonzai(
  { webhooks }: SonzaiClient,
  event: string,
  projectId: string | undefined,
  { limit, data = false }: { readonly limit: number; readonly data?: boolean | undefined },
): Promise<AttemptRecord[]> {
  // The platform allows 500 at most.
  const page = { pageSize: Math.min(limit, 500) }
  const all =
    projectId === undefined
      ? webhooks.iterateDeliveryAttempts(event, page)
      : webhooks.iterateDeliveryAttemptsForProject(projectId, event, page)
  const found: AttemptRecord[] = []
  for await (const attempt of all) {
    found.push(toRecord(attempt, data))
    if (found.length === limit) break
  }
  return newestFirst(found, ({ at }) => at)
}

/** Sorts by time, whatever order the platform answers in. What has no time is last. */
function newestFirst(records: readonly AttemptRecord[], timeOf: (record: AttemptRecord) => unknown): AttemptRecord[] {
  const at = (record: AttemptRecord): number => Date.parse(String(timeOf(record))) || 0
  return records.toSorted((one, other) => at(other) - at(one))
}

function toRecord(attempt: SonzaiDeliveryAttempt, hasData: boolean): AttemptRecord {
  const { created_at, status, response_code, attempt_number, duration_ms, error_message, attempt_id } = attempt
  const entries = {
    at: created_at,
    status,
    code: response_code,
    number: attempt_number,
    ms: duration_ms,
    error: error_message,
    reason: explainAttempt(attempt),
    id: attempt_id,
    request: hasData ? Buffer.from(attempt.request_body ?? '', 'base64').toString() : undefined,
    response: hasData ? attempt.response_body : undefined,
  }
  return Object.fromEntries(
    Object.entries(entries).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  )
}

async function readInvoratec({ webhooks: api }: InvoratecClient, event: string): Promise<AttemptRecord[]> {
  const { webhooks } = await api.list()
  const records = webhooks
    .filter((webhook) => webhook.event === event)
    .map(({ id, url, failCount, lastTriggered }) => ({
      lastTriggered: lastTriggered ?? 'never',
      failCount: failCount ?? 0,
      url: toShownUrl(url ?? ''),
      id,
    }))
  return newestFirst(records, ({ lastTriggered }) => lastTriggered)
}
