import { didYouMean } from 'sallyport/provider'
import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { toShownUrl } from '@sallyport/platforms'
import { fixtures } from 'sallyport/testing'
import { chooseProvider, providerArgument, readSecrets, type ChosenProvider } from '../choose-provider.ts'
import { toFlawless } from '../config/secret-reference.ts'
import { CliError } from '../cli-error.ts'
import { action, untilStopped } from '../context.ts'
import { addHelp } from '../help.ts'
import { httpUrl, secretOption, timeout, wholeNumber } from '../options.ts'
import type { Output } from '../output.ts'
import { readNamedFile } from '../read-named-file.ts'
import { readSendFault, sendFaults } from '../send/faults.ts'
import { planDeliveries, type Planned } from '../send/plan.ts'
import { createPoster } from '../send/post.ts'
import { createTally, type Summary, type Tally } from '../send/tally.ts'

/** `sallyport send`: signed deliveries. */
export function createSendCommand(): CommandUnknownOpts {
  const command = new Command('send')
    .summary('send signed deliveries, any number, with faults on demand')
    .description(
      'Sends deliveries signed as the provider signs them, from fixtures or from a file, and counts the answers. Genuine ones should be answered with 2xx, forged ones with 4xx. An endpoint that accepts a forged one is reported.',
    )
    .addArgument(providerArgument())
    .argument('<event>', 'event type, such as on_wakeup_ready; for fleet the name of the webhook')
    .addOption(
      new Option('--to <url>', 'URL of the endpoint; without a path, /webhooks/<provider> is added')
        .argParser(httpUrl)
        .makeOptionMandatory(),
    )
    .option('--data <file>', 'the body, sent byte for byte (default: a realistic fixture of the event)')
    .addOption(new Option('--times <number>', 'number of deliveries').argParser(wholeNumber(1, 1e7)).default(1))
    .addOption(
      new Option('--concurrency <number>', 'deliveries in flight at once').argParser(wholeNumber(1, 1000)).default(1),
    )
    .addOption(new Option('--fault <name[:probability[:ms]]>', 'fault to inject; repeatable').argParser(readSendFault))
    .addOption(
      new Option('--seed <number>', 'random seed for faults').argParser(wholeNumber(0, 2 ** 32 - 1)).default(1),
    )
    .addOption(
      new Option('--timeout <time>', 'how long to wait for an answer: 5s, 2m')
        .argParser(timeout)
        .default(30_000, '30s'),
    )
    .addOption(secretOption())
    .action(
      action(async ({ output, env, cwd, loadConfig }, name, type, options) => {
        const chosen = chooseProvider(name, (await loadConfig()).config, env)
        checkType(chosen, type, options.data !== undefined)
        const secrets = readSecrets(chosen, options.secret, { env, cwd }).map(toFlawless)
        const data = options.data === undefined ? undefined : await readNamedFile(cwd, options.data, '--data')
        const url = withPath(options.to, chosen)
        const { times, concurrency, seed, fault: faults = [], timeout: timeoutMs } = options
        const plan = planDeliveries({
          provider: chosen.provider,
          secrets,
          type,
          data,
          times,
          faults,
          seed,
          now: Date.now,
        })
        const tally = createTally()
        const began = performance.now()
        const isStopped = await sendAll(plan, url, { tally, output, times, concurrency, timeoutMs })
        const durationMs = Math.round(performance.now() - began)
        const summary = tally.summary()
        const { isUnreachable, surprises, ...counts } = summary
        const isCut = isStopped && plan.next().done !== true
        const ok = surprises.length === 0 && !isCut
        if (isCut) output.note('stopped before all deliveries were sent')
        output.result(
          { ok, provider: name, event: type, to: toShownUrl(url.href), durationMs, ...counts, isCut, surprises },
          describe(output, url, summary, durationMs),
        )
        return isUnreachable ? 'unavailable' : ok ? undefined : 'no'
      }),
    )
  const known = Object.entries(sendFaults).map(
    ([kind, { what, answer }]) => `  ${kind.padEnd(16)} ${what}${answer === 'refuse' ? '; expects 4xx' : ''}`,
  )
  return addHelp(command, {
    examples: [
      ['send sonzai on_wakeup_ready --to http://localhost:3000', 'one delivery'],
      ['send invoratec alert.triggered --to http://localhost:3000 --times 1000 --concurrency 20', 'many deliveries'],
      ['send stripe invoice.paid --to http://localhost:3000 --times 50 --fault corrupt:0.5', 'alter half of them'],
    ],
    exits: {
      no: 'a genuine delivery was rejected, a forged one accepted, or sending was stopped early',
      configuration: 'the secret is missing',
      unavailable: 'the endpoint is unreachable, or the file cannot be read',
    },
    notes: [
      `Faults:\n${known.join('\n')}`,
      'Ctrl-C stops sending, waits for open answers and prints the counts. A second Ctrl-C ends at once.',
    ],
  })
}

/** How to send a plan. */
interface SendOptions {
  readonly tally: Tally
  readonly output: Output
  readonly times: number
  readonly concurrency: number
  readonly timeoutMs: number
}

/** Sends a plan until it ends or the process is asked to stop. Resolves to whether it was asked to stop. */
async function sendAll(
  plan: Iterator<Planned>,
  url: URL,
  { tally, output, times, concurrency, timeoutMs }: SendOptions,
): Promise<boolean> {
  const poster = createPoster(url, { concurrency, timeoutMs })
  const stopping = new AbortController()
  void untilStopped().then(() => stopping.abort())
  let done = 0

  async function sendNext(): Promise<void> {
    // All loops share the plan. `for...of` would close it as soon as one loop ends.
    for (let next = plan.next(); !next.done && !stopping.signal.aborted; next = plan.next()) {
      const planned = next.value
      tally.add(planned, await poster.post(planned))
      done += 1
      if (done % 10 === 0 || done === times)
        output.progress(`${done} of ${times}  ${describeCounts(tally.summary().statuses)}`)
    }
  }

  await Promise.all(Array.from({ length: concurrency }, () => sendNext()))
  poster.close()
  output.progress('')
  return stopping.signal.aborted
}

function checkType({ name, provider }: ChosenProvider, type: string, hasData: boolean): void {
  const known = Object.keys(provider.events)
  const isOpen = hasData || known.includes('*') || known.length === 0 || Object.hasOwn(fixtures[name] ?? {}, type)
  if (isOpen || known.includes(type)) return
  throw new CliError('usage', 'EVENT_UNKNOWN', `${name} has no event "${type}"`, {
    fix: `${didYouMean(type, known)} Pass --data to send any other event.`,
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
  const warnings = surprises.map(({ faults, expected, got, count }) => {
    const what = faults.length === 0 ? 'genuine' : faults.join(' + ')
    const text = expected === 'refuse' ? `forged (${what}) but not rejected: ${got}` : `${what} but rejected: ${got}`
    return `  ${output.style('red', '!')} ${count} ${text}`
  })
  const head = `${sent} ${sent === 1 ? 'delivery' : 'deliveries'} to ${toShownUrl(url.href)} in ${(durationMs / 1000).toFixed(2)} s`
  return [head, ...rows, ...(latency ? [latency] : []), ...warnings].join('\n')
}
