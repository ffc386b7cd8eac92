import { createPreparation, type Prepare } from './deliveries.ts'
import { applications, type Kind } from './http-apps.ts'
import { measureColdStart } from './http-cold.ts'
import { toRows } from './http-rows.ts'
import { measureLatency, measureRounds, warmUp, type Rounds } from './http-rounds.ts'
import type { BenchOptions, Row } from './report.ts'
import { startServer, type LoadedServer } from './server-process.ts'

/** How much to send. */
export interface HttpEffort {
  /** Requests of a round. */
  readonly requests: number
  readonly rounds: number
  /** Milliseconds after which no further round begins. */
  readonly budgetMs: number
  /** Rounds after which warming up ends, steady or not. */
  readonly warmUps: number
  readonly latencyRounds: number
  readonly latencyMs: number
  readonly coldStarts: number
  readonly coldRequests: number
}

const quickly: HttpEffort = {
  requests: 40,
  rounds: 1,
  budgetMs: 0,
  warmUps: 1,
  latencyRounds: 1,
  latencyMs: 10,
  coldStarts: 1,
  coldRequests: 40,
}

// A process gets at most about 120,000 deliveries: the replay guard of a receiver has 200,000 places.
const thoroughly: HttpEffort = {
  requests: 8_000,
  rounds: 7,
  budgetMs: 15_000,
  warmUps: 5,
  latencyRounds: 3,
  latencyMs: 1_000,
  coldStarts: 3,
  coldRequests: 1_000,
}

export const kinds: readonly Kind[] = ['floor', 'sallyport']

// Enough that the server always has a next request, even while the client sleeps.
const connections = 128

/** A server under load, and which one it is. */
export type HttpServer = LoadedServer & { readonly kind: Kind }

/**
 * The http bench: for each framework the sallyport adapter and a hand-written route, each in its own server, loaded in turns
 * with the same deliveries. Ratios are taken per round, so that other load on the machine affects both.
 */
export async function benchHttp({ quick, only = [], profile, telemetry }: BenchOptions): Promise<Row[]> {
  const effort = quick ? quickly : thoroughly
  const rows: Row[] = []
  for (const framework of chooseFrameworks(only))
    rows.push(...(await benchFramework(framework, effort, { profile, telemetry })))
  return telemetry ? rows.map(nameForTelemetry) : rows
}

// Sallyport stands where the floor would: the ratio is that of telemetry alone.
function nameForTelemetry({ subject, aim: _aim, ...row }: Row): Row {
  return { subject: subject === 'floor' ? 'sallyport' : 'with telemetry', ...row }
}

/** How servers are started. */
type Setting = Pick<BenchOptions, 'profile' | 'telemetry'>

function chooseFrameworks(only: readonly string[]): string[] {
  const all = Object.keys(applications)
  if (only.length === 0) return all
  return only.map((wanted) => {
    const found = all.find((name) => name === wanted || name === `${wanted}:http`)
    if (found === undefined) throw new Error(`no mount ${wanted}; there are ${all.join(', ')}`)
    return found
  })
}

async function benchFramework(framework: string, effort: HttpEffort, setting: Setting): Promise<Row[]> {
  const prepare = createPreparation()
  const cold = await measureColdStart(() => startAll(framework, { telemetry: setting.telemetry }), prepare, effort)
  return toRows(framework, { cold, ...(await measureSteady(framework, prepare, effort, setting)) })
}

async function measureSteady(
  framework: string,
  prepare: Prepare,
  effort: HttpEffort,
  setting: Setting,
): Promise<Rounds> {
  const servers = await startAll(framework, setting)
  try {
    await warmUp(servers, prepare, effort)
    const loaded = await measureRounds(servers, prepare, effort)
    return { loaded, paced: await measureLatency(servers, prepare, effort, loaded) }
  } finally {
    await Promise.all(servers.map(({ close }) => close()))
  }
}

/** @param setting with the folder that gets a CPU profile of each server when it ends */
async function startAll(framework: string, { profile, telemetry }: Setting): Promise<HttpServer[]> {
  return Promise.all(
    kinds.map(async (kind) => {
      const name = `${framework.replace(':', '-')}-${kind}.cpuprofile`
      const flags = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${name}`] : []
      const options = { connections, expected: '{"outcome":"handled"}', flags }
      const parameters = !telemetry ? [kind] : kind === 'floor' ? ['sallyport'] : [kind, 'telemetry']
      return { kind, ...(await startServer('http-server.ts', [framework, ...parameters], options)) }
    }),
  )
}
