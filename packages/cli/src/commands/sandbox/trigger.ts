import { didYouMean } from 'sallyport/provider'
import { Argument, Command, InvalidArgumentError, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Fault } from '@sallyport/sandbox'
import { CliError } from '../../cli-error.ts'
import { action } from '../../context.ts'
import { addHelp } from '../../help.ts'
import { httpUrl, listenPort, timeSpan } from '../../options.ts'
import { readNamedFile } from '../../read-named-file.ts'
import { readText } from '../../read-text.ts'
import { listTriggers, sandboxPort, triggerEvent, type Triggerable } from '../../sandbox/call-sandbox.ts'
import { describeDeliveries, describeTriggers } from '../../sandbox/describe-triggers.ts'
import { readSandboxFault } from '../../send/faults.ts'

const longestWait = 240_000

/** `sallyport sandbox trigger`: an event of a running sandbox. */
export function createTriggerCommand(): CommandUnknownOpts {
  const command = new Command('trigger')
    .summary('trigger an event at a running sandbox')
    .description(
      'Triggers an event at a running sandbox, as its pages do, waits for the deliveries, and prints their results. Without an event, it lists what can be triggered.',
    )
    .addArgument(
      new Argument('[platform]', 'the platform').choices(['sonzai', 'invoratec', 'fleet', 'langsmith'] as const),
    )
    .argument('[event]', 'event type; for fleet the name or id of a webhook; commit for a commit of langsmith')
    .addOption(
      new Option(
        '--url <url>',
        `address of the sandbox (default: http://127.0.0.1:${sandboxPort}, or the port that SALLYPORT_SANDBOX_PORT names)`,
      )
        .env('SALLYPORT_SANDBOX_URL')
        .argParser(httpUrl),
    )
    .option('--data <object>', 'fields of the event, or values of the form of fleet: JSON, or a file with JSON')
    .option('--agent <name>', 'fleet, and commits of langsmith: the agent (default: the only one)')
    .option('--skill <name>', 'commits of langsmith: the skill')
    .option('--author <name>', 'commits of langsmith: the author')
    .option('--dry-run', 'fleet: tick the field of the form that asks for a dry run')
    .addOption(
      new Option('--fault <name[:probability[:ms]]>', 'fault to inject into these deliveries; repeatable').argParser(
        readSandboxFault,
      ),
    )
    .addOption(
      new Option('--wait <time>', 'how long to wait for the deliveries, retries included: 5s, 2m')
        .argParser(waitTime)
        .default(30_000, '30s'),
    )
    .action(
      action(async ({ output, cwd }, platform, event, options, self) => {
        // `sandbox` takes these too, and Commander gives it what both take.
        const { port = sandboxPort, fault = [] } = self.optsWithGlobals() as Shared
        const base = options.url ?? httpUrl(`http://127.0.0.1:${port}`)
        if (platform === undefined || event === undefined) {
          const all = Object.entries(await listTriggers(base)).filter(
            ([name]) => platform === undefined || name === platform,
          )
          const platforms = Object.fromEntries(all)
          output.result({ ok: true, url: base.origin, platforms }, describeTriggers(platforms))
          return undefined
        }
        const { agent, skill, author, dryRun, wait: waitMs } = options
        const data = options.data === undefined ? undefined : await readData(options.data, cwd)
        const faults = fault.map(({ kind, probability, ms }) => [kind, probability, ms].filter(isGiven).join(':'))
        const wanted = { event, data, agent, skill, author, dryRun, waitMs, faults }
        const { commit, deliveries } = await triggerEvent(base, platform, wanted)
        if (deliveries.length === 0 && commit === undefined)
          nothingSent(platform, event, (await listTriggers(base))[platform], base)
        const ok = deliveries.every(({ status }) => status === 'delivered')
        output.result(
          { ok, platform, event, commit, deliveries },
          describeDeliveries(output, { platform, event, commit, deliveries }),
        )
        return ok ? undefined : 'no'
      }),
    )
  return addHelp(command, {
    examples: [
      ['sandbox trigger', 'what can be triggered'],
      ['sandbox trigger sonzai on_wakeup_ready', 'a realistic example of an event'],
      [`sandbox trigger invoratec tool.failed --data '{"toolName": "erp"}'`, 'fields of your own'],
      ['sandbox trigger fleet Deploy --agent researcher --dry-run', 'publish an agent'],
      ['sandbox trigger langsmith commit --agent researcher', 'commit a folder'],
    ],
    exits: {
      no: 'nothing was sent, or a delivery failed or is still waiting for a retry',
      unavailable: 'no sandbox runs at this address, or the file cannot be read',
    },
    notes: ['Webhooks are registered on the pages of the sandbox, or with `sallyport webhooks ensure`.'],
  })
}

/** Options of `sandbox` that also speak to `trigger`. */
interface Shared {
  readonly port?: number
  readonly fault?: readonly Fault[]
}

const isGiven = (value: unknown): boolean => value !== undefined

function waitTime(text: string): number {
  const span = timeSpan(text)
  if (span <= longestWait) return span
  throw new InvalidArgumentError('Use a duration from 0s to 4m.')
}

/** JSON, or the content of a file. */
async function readData(given: string, cwd: string): Promise<unknown> {
  const isInline = given.trimStart().startsWith('{')
  const text = isInline ? given : readText(await readNamedFile(cwd, given, '--data'), `--data: ${given}`)
  let data: unknown
  try {
    data = JSON.parse(text) as unknown
  } catch {
    // Not its message, which quotes the data.
  }
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data
  throw new CliError('usage', 'DATA_INVALID', `--data${isInline ? '' : `: ${given}`} is not a JSON object`, {
    fix: `Pass an object, such as '{"name": 1}', or a file that contains one.`,
  })
}

function nothingSent(platform: string, event: string, found: Triggerable | undefined, base: URL): never {
  const page = `${base.origin}/${platform}`
  const names = found?.events ?? found?.webhooks?.map(({ name }) => name) ?? []
  const how =
    platform === 'sonzai' || platform === 'invoratec'
      ? `, or: sallyport webhooks ensure ${platform} --base-url ${base.origin} --event ${event} --url http://localhost:${listenPort}/webhooks/${platform}`
      : ''
  throw new CliError('no', 'NOTHING_SENT', `no webhook of ${platform} takes "${event}"`, {
    fix: names.length === 0 || names.includes(event) ? `Register one at ${page}${how}` : didYouMean(event, names),
  })
}
