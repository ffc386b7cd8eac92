import { Command, Option } from 'commander'
import { fixtures } from 'sallyport/testing'
import { chooseProvider, readSecrets, type ChosenProvider } from '../choose-provider.ts'
import { CliError } from '../cli-error.ts'
import { action, type Context } from '../context.ts'
import type { ExitName } from '../exit-codes.ts'
import { httpUrl, secretOption, timeout, wholeNumber } from '../options.ts'
import type { Output } from '../output.ts'
import { readNamedFile } from '../read-named-file.ts'
import { faults, readFault, type Fault } from '../send/faults.ts'
import { planDeliveries } from '../send/plan.ts'
import { createPoster } from '../send/post.ts'
import { createTally, type Summary } from '../send/tally.ts'
import { toShownUrl } from '../shown-url.ts'
import { didYouMean } from '../suggest.ts'
import { teach } from '../teach.ts'
import { untilStopped } from '../until-stopped.ts'

interface SendOptions {
  readonly to: URL
  readonly data?: string
  readonly times: number
  readonly concurrency: number
  readonly fault?: Fault[]
  readonly seed: number
  readonly timeout: number
  readonly secret?: string[]
}

/** `sallyport send`: signed deliveries. */
export function createSendCommand(): Command {
  const known = Object.entries(faults).map(
    ([name, [what, answer]]) => `  ${name.padEnd(16)} ${what}${answer === 'refuse' ? '; must be refused' : ''}`,
  )
  const command = new Command('send')
    .summary('send signed deliveries, in number and with faults')
    .description(
      'Sends deliveries signed as the provider signs them, from fixtures or from a file, and counts the answers. Genuine ones should be answered with 2xx, forged ones with 4xx: an endpoint that takes a forged one is reported.',
    )
    .argument('<provider>', 'sonzai, invoratec, fleet, github, stripe, standard-webhooks, or one of the configuration')
    .argument('<event>', 'event type, such as on_wakeup_ready; for fleet the name of the webhook')
    .addOption(
      new Option('--to <url>', 'address of the endpoint; without a path, /webhooks/<provider>')
        .argParser(httpUrl)
        .makeOptionMandatory(),
    )
    .option('--data <file>', 'the whole body, sent byte by byte (default: a realistic fixture of the event)')
    .addOption(new Option('--times <number>', 'how many deliveries').argParser(wholeNumber(1, 1e7)).default(1))
    .addOption(
      new Option('--concurrency <number>', 'how many at the same time').argParser(wholeNumber(1, 1000)).default(1),
    )
    .addOption(
      new Option('--fault <name[:rate]>', 'what to do to deliveries, to which part; may be repeated').argParser(
        readFault,
      ),
    )
    .addOption(
      new Option('--seed <number>', 'which deliveries the faults befall')
        .argParser(wholeNumber(0, 2 ** 32 - 1))
        .default(1),
    )
    .addOption(
      new Option('--timeout <span>', 'how long to wait for an answer').argParser(timeout).default(30_000, '30s'),
    )
    .addOption(secretOption())
    .action(action(send))
  return teach(command, {
    examples: [
      ['send sonzai on_wakeup_ready --to http://localhost:3000', 'one delivery'],
      ['send invoratec alert.triggered --to http://localhost:3000 --times 1000 --concurrency 20', 'many'],
      ['send stripe invoice.paid --to http://localhost:3000 --times 50 --fault corrupt:0.5', 'half of them altered'],
    ],
    exits: {
      no: 'a genuine delivery was refused, a forged one accepted, or it was stopped before its end',
      configuration: 'the secret is missing',
      unavailable: 'nobody answers there, or the file cannot be read',
    },
    notes: [
      `Faults:\n${known.join('\n')}`,
      'Ctrl-C sends nothing more, and counts the answers of what was sent. A second one ends it at once.',
    ],
  })
}

async function send(
  { output, env, cwd, config }: Context,
  options: SendOptions,
  name: string,
  type: string,
): Promise<ExitName | undefined> {
  const chosen = chooseProvider(name, config, env)
  checkType(chosen, type, options.data !== undefined)
  const secrets = readSecrets(chosen, options.secret, { env, cwd }).map(({ secret }) => secret)
  const data = options.data === undefined ? undefined : await readNamedFile(cwd, options.data, '--data')
  const url = withPath(options.to, chosen)
  const { times, concurrency, seed, fault = [] } = options
  const plan = planDeliveries({
    provider: chosen.provider,
    secrets,
    type,
    data,
    times,
    faults: fault,
    seed,
    now: Date.now,
  })
  const poster = createPoster(url, { concurrency, timeoutMs: options.timeout })
  const tally = createTally()
  const began = performance.now()
  let done = 0
  const stopping = new AbortController()
  void untilStopped().then(() => stopping.abort())

  async function work(): Promise<void> {
    // One plan for all workers: each takes what is next. A loop over it would close it at its end.
    for (let next = plan.next(); !next.done && !stopping.signal.aborted; next = plan.next()) {
      const planned = next.value
      tally.add(planned, await poster.post(planned))
      done += 1
      if (done % 10 === 0 || done === times)
        output.progress(`${done} of ${times}  ${describeCounts(tally.summary().statuses)}`)
    }
  }

  await Promise.all(Array.from({ length: concurrency }, () => work()))
  poster.close()
  output.progress('')
  const durationMs = Math.round(performance.now() - began)
  const summary = tally.summary()
  const { isUnreachable, surprises, ...counts } = summary
  const isCut = stopping.signal.aborted && plan.next().done !== true
  const ok = surprises.length === 0 && !isCut
  if (isCut) output.note('stopped before its end')
  output.result(
    { ok, provider: name, event: type, to: toShownUrl(url.href), durationMs, ...counts, isCut, surprises },
    describe(output, url, summary, durationMs),
  )
  return isUnreachable ? 'unavailable' : ok ? undefined : 'no'
}

function checkType({ name, provider }: ChosenProvider, type: string, hasData: boolean): void {
  const known = Object.keys(provider.events)
  const isOpen = hasData || known.includes('*') || known.length === 0 || Object.hasOwn(fixtures[name] ?? {}, type)
  if (isOpen || known.includes(type)) return
  throw new CliError('usage', 'EVENT_UNKNOWN', `${name} has no event "${type}"`, {
    fix: `${didYouMean(type, known)} With --data, any event can be sent.`,
  })
}

function withPath(to: URL, { name, settings }: ChosenProvider): URL {
  if (to.pathname !== '/') return to
  const url = new URL(to)
  url.pathname = settings.path ?? `/webhooks/${name}`
  return url
}

function describeCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([status, count]) => `${count} × ${status}`)
    .join(', ')
}

function describe(
  output: Output,
  url: URL,
  { sent, said, statuses, latencyMs, surprises }: Summary,
  durationMs: number,
): string {
  const errors = Object.entries(statuses).filter(([status]) => !/^\d+$/.test(status))
  const rows = [...Object.entries(said), ...errors].map(([what, count]) => {
    const style = what.startsWith('2') ? 'green' : what.startsWith('4') ? 'yellow' : 'red'
    return `  ${String(count).padStart(7)}  ${output.style(style, what)}`
  })
  const latency =
    latencyMs &&
    `  latency  p50 ${latencyMs.p50} ms, p90 ${latencyMs.p90} ms, p99 ${latencyMs.p99} ms, max ${latencyMs.max} ms`
  const warnings = surprises.map(({ faults: had, expected, got, count }) => {
    const what = had.length === 0 ? 'genuine' : had.join(' + ')
    const text =
      expected === 'refuse' ? `forged (${what}), and not refused: ${got}` : `${what}, and not accepted: ${got}`
    return `  ${output.style('red', '!')} ${count} ${text}`
  })
  const head = `${sent} ${sent === 1 ? 'delivery' : 'deliveries'} to ${toShownUrl(url.href)} in ${(durationMs / 1000).toFixed(2)} s`
  return [head, ...rows, ...(latency ? [latency] : []), ...warnings].join('\n')
}
