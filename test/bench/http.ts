import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { standardWebhooks } from '@sallyport/providers/standard-webhooks'
import { signDelivery } from '@sallyport/testing'
import { makeBody } from './bodies.ts'
import { applications, eventType, path, secret, type Kind } from './http-apps.ts'
import { openLoad, type LoadClient } from './load.ts'
import { median } from './measure.ts'
import type { BenchOptions, Row } from './report.ts'

/** How much to send. */
interface Effort {
  readonly rounds: number
  readonly requests: number
  readonly warmUp: number
}

const kinds: readonly Kind[] = ['floor', 'sallyport']
const connections = 8
const bodyBytes = 1_000

/**
 * The http bench: for each framework our adapter and the hand-written route in servers of their own, loaded in turns. Of
 * every round the ratio is taken, so that what else the machine does hits both.
 */
export async function benchHttp({ quick }: BenchOptions): Promise<Row[]> {
  const effort = quick ? { rounds: 1, requests: 40, warmUp: 0 } : { rounds: 21, requests: 2_000, warmUp: 8_000 }
  const rows: Row[] = []
  for (const framework of Object.keys(applications)) {
    const rates = await measure(framework, effort)
    for (const kind of kinds) {
      const ratio = median(rates[kind].map((rate, round) => rate / rates.floor[round]!))
      rows.push({ subject: kind, case: framework, median: median(rates[kind]), unit: 'requests/s', ratio })
    }
  }
  return rows
}

async function measure(framework: string, { rounds, requests, warmUp }: Effort): Promise<Record<Kind, number[]>> {
  const rates: Record<Kind, number[]> = { floor: [], sallyport: [] }
  const servers = await Promise.all(kinds.map((kind) => startServer(framework, kind)))
  try {
    const prepare = createPreparation()
    if (warmUp > 0) for (const { client } of servers) await client.send(prepare(warmUp))
    for (let round = 0; round < rounds; round++) {
      // The same for both: they share nothing, and each sees every delivery for the first time.
      const prepared = prepare(requests)
      for (const { kind, client } of round % 2 === 0 ? servers : servers.toReversed()) {
        rates[kind].push((prepared.length / (await client.send(prepared))) * 1000)
      }
    }
    return rates
  } finally {
    for (const { client, process } of servers) {
      client.close()
      process.disconnect()
    }
  }
}

async function startServer(
  framework: string,
  kind: Kind,
): Promise<{ kind: Kind; process: ChildProcess; client: LoadClient }> {
  const server = fork(new URL('http-server.ts', import.meta.url), [framework, kind], {
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const exit = once(server, 'exit').then(([code]) => {
    throw new Error(`the ${kind} server for ${framework} ended with ${code}`)
  })
  const [port] = (await Promise.race([once(server, 'message'), exit])) as [number]
  exit.catch(() => {})
  return { kind, process: server, client: await openLoad(port, connections, '{"outcome":"handled"}') }
}

/** Signs deliveries ahead of time, each with an id of its own: a repeated one would be dropped as a duplicate. */
function createPreparation(): (count: number) => Buffer[] {
  const provider = standardWebhooks({ events: {} })
  let made = 0

  return (count) => Array.from({ length: count }, () => prepareOne(`msg_${made++}`))

  function prepareOne(id: string): Buffer {
    const body = makeBody({ id, now: new Date(), type: eventType }, bodyBytes)
    const { plainHeaders } = signDelivery(provider, { secret, type: eventType, id, body })
    const headers = {
      Host: 'hooks.example.com',
      'User-Agent': 'Webhook-Sender/1.0',
      Accept: '*/*',
      'Accept-Encoding': 'gzip, deflate, br',
      ...plainHeaders,
      'Content-Length': String(body.length),
      'X-Forwarded-For': '203.0.113.7',
      'X-Forwarded-Proto': 'https',
    }
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${head.join('')}\r\n`, 'latin1'), body])
  }
}
