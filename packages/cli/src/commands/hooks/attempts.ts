import type { InvoratecClient, SonzaiClient, SonzaiDeliveryAttempt } from '@sallyport/platforms'
import { Command, Option } from 'commander'
import { action, type Context } from '../../context.ts'
import { addPlatformOptions, connect, type HooksOptions, type PlatformName } from '../../hooks/connect.ts'
import { wholeNumber } from '../../options.ts'
import { toLine } from '../../output.ts'
import { toShownUrl } from '../../shown-url.ts'
import { teach } from '../../teach.ts'

interface AttemptsFlags extends HooksOptions {
  readonly limit: number
  readonly data?: true
}

/** `sallyport hooks attempts`. */
export function createAttemptsCommand(): Command {
  const command = addPlatformOptions(new Command('attempts'))
    .summary('show what became of deliveries')
    .description(
      'Shows attempts to deliver an event type, as the platform remembers them. Invoratec remembers only how many failed in a row, and when it last sent.',
    )
    .argument('<event>', 'event type')
    .addOption(new Option('--limit <number>', 'most attempts').argParser(wholeNumber(1, 10_000)).default(50))
    .option('--data', 'show what was sent and answered, too')
    .action(action(showAttempts))
  return teach(command, {
    examples: [
      ['hooks attempts sonzai on_wakeup_ready', 'newest first'],
      ['hooks attempts sonzai on_wakeup_ready --data --json', 'with bodies'],
    ],
    exits: {
      no: 'the platform refused',
      configuration: 'the API key is missing or unknown',
      unavailable: 'the platform cannot be reached',
    },
  })
}

async function showAttempts(
  context: Context,
  flags: AttemptsFlags,
  platform: PlatformName,
  event: string,
): Promise<undefined> {
  const { output } = context
  const { client, projectId } = connect(context, platform, flags)
  const attempts =
    client.platform === 'sonzai'
      ? await readSonzai(client, event, projectId, flags)
      : await readInvoratec(client, event)
  const rows = attempts.map((attempt) =>
    Object.values(attempt)
      .map((value) => toLine(String(value)))
      .join('  '),
  )
  output.result({ ok: true, platform, event, attempts }, rows.join('\n'))
  if (attempts.length === 0) output.note('there were none')
  return undefined
}

async function readSonzai(
  { webhooks }: SonzaiClient,
  event: string,
  projectId: string | undefined,
  { limit, data }: AttemptsFlags,
): Promise<Record<string, unknown>[]> {
  const all =
    projectId === undefined
      ? webhooks.iterateDeliveryAttempts(event)
      : webhooks.iterateDeliveryAttemptsForProject(projectId, event)
  const found: Record<string, unknown>[] = []
  for await (const attempt of all) {
    found.push(toRecord(attempt, data ?? false))
    if (found.length === limit) break
  }
  return found
}

function toRecord(attempt: SonzaiDeliveryAttempt, hasData: boolean): Record<string, unknown> {
  const { created_at, status, response_code, attempt_number, duration_ms, error_message, attempt_id } = attempt
  const entries = {
    at: created_at,
    status,
    code: response_code,
    number: attempt_number,
    ms: duration_ms,
    error: error_message,
    id: attempt_id,
    ...(hasData
      ? { request: Buffer.from(attempt.request_body ?? '', 'base64').toString(), response: attempt.response_body }
      : undefined),
  }
  return Object.fromEntries(
    Object.entries(entries).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  )
}

async function readInvoratec(client: InvoratecClient, event: string): Promise<Record<string, unknown>[]> {
  const { webhooks } = await client.webhooks.list()
  return webhooks
    .filter((webhook) => webhook.event === event)
    .map(({ id, url, failCount, lastTriggered }) => ({
      lastTriggered: lastTriggered ?? 'never',
      failCount: failCount ?? 0,
      url: toShownUrl(url),
      id,
    }))
}
