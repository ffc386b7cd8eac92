import { toShownUrl } from '@sallyport/platforms'
import { chooseProvider, readSecrets, type ChosenProvider } from '../choose-provider.ts'
import type { SallyportConfig } from '../config/config-schema.ts'
import { toFlawless } from '../config/secret-reference.ts'
import type { Context } from '../context.ts'
import type { ExitName } from '../exit-codes.ts'
import { findLeftOut } from '../http-file.ts'
import { readNamedFile } from '../read-named-file.ts'
import { askEvent, askProvider, askTarget, canAsk } from './ask.ts'
import { readCaptures } from './captures.ts'
import { checkUsage } from './check-usage.ts'
import { describePlaces, describeSummary } from './describe-summary.ts'
import type { SendFault } from './faults.ts'
import { failWithoutEvent, failWithoutProvider } from './list-events.ts'
import { adviseNext, toWord, type Sent } from './next-step.ts'
import { planDeliveries, planReplay, type Planned } from './plan.ts'
import { checkSigning, checkType, findProvider, recogniseProvider } from './prepare.ts'
import { sendAll } from './send-all.ts'
import { createTally } from './tally.ts'
import { chooseTarget, hasPath, withPath } from './target.ts'

/** Arguments and options of `send`. */
export interface SendOptions {
  readonly name?: string | undefined
  readonly event?: string | undefined
  readonly to?: URL | undefined
  readonly data?: string | undefined
  readonly replay?: string[] | undefined
  readonly sign?: true | undefined
  readonly times: number
  readonly concurrency: number
  readonly fault?: readonly SendFault[] | undefined
  readonly seed: number
  readonly timeout: number
  readonly secret?: readonly string[] | undefined
}

/** What is sent where. */
interface Job extends Sent {
  readonly plan: Iterator<Planned>
  readonly url: URL
  /** Number of deliveries, without those that faults add or drop. */
  readonly count: number
  /** For the record. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** Runs `sallyport send`. */
export async function send(context: Context, options: SendOptions): Promise<ExitName | undefined> {
  checkUsage(options)
  const { config } = await context.loadConfig()
  const job =
    options.replay === undefined
      ? await prepareEvent(context, config, options)
      : await prepareReplay(context, config, options, options.replay)
  if (job === undefined) {
    context.output.note('Nothing was sent.')
    return 'no'
  }
  return carryOut(context, options, job)
}

async function prepareEvent(context: Context, config: SallyportConfig, options: SendOptions): Promise<Job | undefined> {
  const { env, output } = context
  const target = chooseTarget(options.to, config, env)
  const asks = canAsk(output) && (options.name === undefined || options.event === undefined)
  if (options.name === undefined && !asks) failWithoutProvider(config, env)
  const chosen =
    options.name === undefined ? await askProvider(context, config) : await chooseProvider(options.name, config, env)
  if (chosen === undefined) return undefined
  if (options.event === undefined && !asks) failWithoutEvent(chosen)
  const type = options.event ?? (await askEvent(chosen))
  if (type === undefined) return undefined
  const wanted = withPath(target.url, chosen)
  const url = asks && options.to === undefined ? await askTarget(wanted) : wanted
  if (url === undefined) return undefined
  const { name, provider, settings } = chosen
  if (asks)
    output.note(
      `the same without questions: npx sallyport send ${toWord(name)} ${toWord(type)} --to ${toWord(toShownUrl(url.href))}`,
    )

  checkType(chosen, type, options.data !== undefined)
  const secrets = readAll(chosen, context, options)
  const data = options.data === undefined ? undefined : await readNamedFile(context.cwd, options.data, '--data')
  checkSigning(chosen, secrets, type, data)
  const { times, seed, fault: faults = [] } = options
  const path = url.pathname + url.search
  const plan = planDeliveries({
    provider,
    secrets,
    type,
    data,
    signer: settings.signer,
    path,
    times,
    faults,
    seed,
    now: Date.now,
  })
  const isDefault = target.isDefault && url.href === wanted.href
  return {
    name,
    plan,
    url,
    target: { url, isDefault },
    paths: new Map(),
    leftOut: new Set(),
    isAsItWas: false,
    count: times,
    facts: { provider: name, event: type },
  }
}

async function prepareReplay(
  context: Context,
  config: SallyportConfig,
  options: SendOptions,
  files: readonly string[],
): Promise<Job> {
  const { env } = context
  const target = chooseTarget(options.to, config, env)
  const captures = await readCaptures(context.cwd, files)
  const { times, seed, fault: faults = [], sign = false } = options
  const path = hasPath(target.url) ? target.url.pathname + target.url.search : undefined
  const name = options.name ?? (sign ? recogniseProvider(captures, config) : findProvider(captures, config))
  const chosen = name === undefined ? undefined : await chooseProvider(name, config, env)
  const paths = new Map(path === undefined ? captures.map(({ file, url }) => [file, url]) : [])
  const leftOut = new Set(captures.filter((each) => findLeftOut(each).length > 0).map(({ file }) => file))
  const job = { name, url: target.url, target, paths, leftOut, count: captures.length * times, isAsItWas: !sign }
  const facts = { provider: name, files, signed: sign }
  if (!sign || chosen === undefined) return { ...job, facts, plan: planReplay(captures, path, times) }
  const { provider, settings } = chosen
  const secrets = readAll(chosen, context, options)
  checkSigning(chosen, secrets, Object.keys(provider.events)[0] ?? 'test', captures[0]!.body)
  const { signer } = settings
  const plan = planDeliveries({
    provider,
    secrets,
    type: '',
    signer,
    captures,
    path,
    times,
    faults,
    seed,
    now: Date.now,
  })
  return { ...job, facts, plan }
}

const readAll = (chosen: ChosenProvider, { env, cwd }: Context, { secret }: SendOptions): string[] =>
  readSecrets(chosen, secret, { env, cwd }).map(toFlawless)

async function carryOut(
  { output }: Context,
  { concurrency, timeout: timeoutMs }: SendOptions,
  { plan, url, count, facts, ...sent }: Job,
): Promise<ExitName | undefined> {
  const tally = createTally()
  const began = performance.now()
  const isStopped = await sendAll(plan, url, { tally, output, times: count, concurrency, timeoutMs })
  const durationMs = Math.round(performance.now() - began)
  const summary = tally.summary()
  const { isUnreachable, surprises, ...counts } = summary
  const isCut = isStopped && plan.next().done !== true
  const ok = surprises.length === 0 && !isCut
  const next = adviseNext(summary, sent)
  if (isCut) output.note('stopped before all deliveries were sent')
  const places = describePlaces(url, sent.paths)
  const text = describeSummary(output, places, summary, durationMs)
  output.result(
    { ok, ...facts, ...places, durationMs, ...counts, isCut, surprises, next },
    next === undefined ? text : `${text}\n  ${output.style('bold', 'next')}  ${next}`,
  )
  return isUnreachable ? 'unavailable' : ok ? undefined : 'no'
}
