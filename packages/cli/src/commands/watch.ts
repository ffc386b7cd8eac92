import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { InboxError, type Engine } from 'sallyport/inbox'
import { toVisible } from 'sallyport/provider'
import { watch, type AlertNotice, type Notify } from 'sallyport/watch'
import { CliError } from '../cli-error.ts'
import { parseSecretReference, readSecret } from '../config/secret-reference.ts'
import { action, untilStopped, type Context } from '../context.ts'
import type { ExitName } from '../exit-codes.ts'
import { addHelp } from '../help.ts'
import { createStoreCommand } from '../inbox/filter-options.ts'
import { defaultInbox, kindOfStore, openStore, type StorePlace } from '../inbox/open-store.ts'
import { httpUrl, timeout, wholeNumber } from '../options.ts'
import { counted } from '../text/amounts.ts'
import { amountOfSpace, ruleName, ruleNames, silentProvider, toWatchRules, type RuleOptions } from '../watch/options.ts'

/** `sallyport watch`: alerts beside a store. */
export function createWatchCommand(): CommandUnknownOpts {
  const command = createStoreCommand('watch')
    .summary('tell when something is wrong with an inbox')
    .description(
      'Watches a store beside its server, and tells once when something is wrong and once when it is over: senders that are silent, events that wait, dead events, little space, a store that does not answer.',
    )
    .option('--silent <provider=time>', 'no event of a provider for so long, as stripe=6h; repeatable', silentProvider)
    .option('--oldest <time>', 'the oldest pending event waits for longer (default: 30m)', timeout)
    .option('--dead <number>', 'more dead events than this (default: 0)', wholeNumber(0, 1_000_000_000))
    .option('--space <amount>', 'less space left, as 10%, 500MB or 2GB (default: 10%)', amountOfSpace)
    .addOption(
      new Option('--without <rule>', `leave a rule out; repeatable: ${ruleNames.join(', ')}`).argParser(ruleName),
    )
    .option('--slack <place>', 'where to read the URL of a Slack webhook: env:NAME or file:PATH')
    .option('--webhook <url>', 'post each notice there, signed as Standard Webhooks says', httpUrl)
    .option('--webhook-secret <place>', 'where to read its secret (default: env:SALLYPORT_WATCH_SECRET)')
    .option('--every <time>', 'time between two checks (default: 30s)', timeout)
    .option('--name <name>', 'name of the state in the store (default: sallyport-watch)')
    .option('--once', 'check once, for cron; ends with 1 while an alert is raised')
    .action(action((context, options) => runWatch(context, options)))
  return addHelp(command, {
    examples: [
      ['watch --slack env:SLACK_URL', 'the usual rules, to Slack'],
      ['watch --inbox events.db --silent stripe=6h', 'lines on this terminal'],
      ['watch --once --without space', 'from cron'],
    ],
    exits: {
      no: 'with --once: an alert is raised',
      configuration: 'a secret or an address is missing or invalid, or a rule cannot work with the store',
      unavailable: 'the store is missing, unreachable or locked, or with --once a notice was not sent',
    },
    notes: [
      'Signature failures, replay guards and secrets are known to the receiver only: call watch() there. The state is kept in the store, so a restart tells nothing twice. Ctrl-C stops it cleanly.',
    ],
  })
}

interface WatchCommandOptions extends StorePlace, RuleOptions {
  readonly slack?: string | undefined
  readonly webhook?: URL | undefined
  readonly webhookSecret?: string | undefined
  readonly every?: number | undefined
  readonly name?: string | undefined
  readonly once?: true | undefined
}

async function runWatch(context: Context, options: WatchCommandOptions): Promise<ExitName | undefined> {
  const { output, cwd } = context
  const channels = readChannels(context, options)
  const place = options.inbox ?? (await context.loadConfig()).config.inbox ?? defaultInbox
  const engine = await openStore(place, { cwd, queue: options.queue, schema: options.schema, readOnly: false })
  let failures = 0
  try {
    const { spaces: _all, ...others } = engine
    const spaces = await findSpaces(engine, place)
    const stopped = options.once ? undefined : untilStopped()
    const watching = watch(
      { ...others, ...(spaces && { spaces }) },
      {
        notify: [(notice) => print(context, notice), ...channels],
        rules: toWatchRules(options, spaces !== undefined),
        name: options.name ?? 'sallyport-watch',
        everyMs: options.once ? 0 : (options.every ?? 30_000),
        ...(options.once && { clearAfterMs: 0 }),
        onError(error) {
          failures++
          output.note(toVisible(error instanceof Error ? error.message : 'the watch failed'))
        },
      },
    )
    if (stopped === undefined) {
      const alerts = await watching.check()
      output.note(alerts.length === 0 ? 'no alert is raised' : `${counted(alerts.length, 'alert')} raised`)
      return alerts.length > 0 ? 'no' : failures > 0 ? 'unavailable' : undefined
    }
    output.note(`Watching ${toVisible(engine.name)}`)
    // The timer of the watch keeps no process alive.
    const awake = setInterval(() => {}, 60_000)
    await stopped
    clearInterval(awake)
    await watching.stop()
  } finally {
    await engine.stop({ drainMs: 0 })
  }
  return undefined
}

/** What tells the space of a store; `undefined` where nothing does, as in a Redis without `maxmemory`. */
async function findSpaces(engine: Engine, place: string): Promise<Engine['spaces']> {
  try {
    await engine.spaces?.()
  } catch (error) {
    if (InboxError.is(error) && error.code === 'INBOX_UNSUPPORTED') return undefined
  }
  // Only the server knows its maxBytes.
  const isFile = kindOfStore(place) === 'sqlite'
  return engine.spaces && (async () => (await engine.spaces!()).filter(({ of }) => !isFile || of === 'disk'))
}

function readChannels(context: Context, { slack, webhook, webhookSecret }: WatchCommandOptions): Notify[] {
  if (webhook === undefined && webhookSecret !== undefined)
    throw new CliError('usage', 'OPTION_CONFLICT', '--webhook-secret needs --webhook', {
      fix: 'Pass the URL with --webhook, or leave --webhook-secret out.',
    })
  const read = (place: string, what: string): string => readSecret(parseSecretReference(place, what), context).secret
  return [
    ...(slack === undefined ? [] : [{ slack: read(slack, '--slack') }]),
    ...(webhook === undefined
      ? []
      : [
          {
            webhook: {
              url: webhook.href,
              secret: read(webhookSecret ?? 'env:SALLYPORT_WATCH_SECRET', '--webhook-secret'),
            },
          },
        ]),
  ]
}

function print({ output }: Context, { type, at, alert }: AlertNotice): void {
  const isRaised = type === 'sallyport.alert.raised'
  const kind = isRaised ? 'raised' : 'cleared'
  const time = new Date(at).toISOString().slice(0, 19)
  output.result(
    { ok: true, kind, at: new Date(at).toISOString(), alert },
    `${time}Z  ${output.style(isRaised ? 'red' : 'green', kind.padEnd(7))}  ${toVisible(alert.text)}`,
  )
}
