import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { sonzaiPlatform } from '../platform.ts'
import type { InboxFacts } from './judge.ts'
import type { Counts, InboxServerOptions, SeenEvent } from './protocol.ts'
import { createSenders, sendBurst, type Senders } from './senders.ts'
import { startInboxServer, untilCounted, type InboxServer } from './server-process.ts'

const burst = 240
const atATime = 16
const patienceMs = 20_000

/**
 * A handler that fails twice, an event that it cannot handle, the server killed in the middle of a burst, the handler mended,
 * the dead letter replayed; then everything that was acknowledged is looked for in what the handler did.
 */
export async function runInboxDemo(): Promise<InboxFacts> {
  const home = await mkdtemp(join(tmpdir(), 'sallyport-demo-inbox-'))
  const options: InboxServerOptions = {
    file: join(home, 'events.db'),
    journal: join(home, 'journal'),
    secret: sonzaiPlatform.secrets.current,
    port: 0,
    isMended: false,
  }
  let server = await startInboxServer(options)
  const senders = createSenders(server.port)
  try {
    const answers = [await senders.send('flaky'), await senders.send('poison')]
    await untilCounted(server, ({ done, dead }) => done === 1 && dead === 1)
    const [flaky, poison] = await server.ask<readonly SeenEvent[]>('events')

    const whole = sendBurst(senders, burst, atATime)
    // Whoever waits for its end is told of its failure.
    whole.catch(() => {})
    const acknowledgedBefore = await killInTheMiddle(server, senders)
    // As after a deployment: the new server has the mended handler.
    server = await startInboxServer({ ...options, port: server.port, isMended: true })
    await whole
    const replayed = await server.ask<number>('replay')
    await untilCounted(server, ({ pending, active }) => pending + active === 0)
    const counts = await server.ask<Counts>('counts')

    return {
      answers: answers.map(({ status }) => status),
      flaky,
      poison,
      burst,
      acknowledgedBefore,
      replayed,
      counts,
      exitCode: await server.stop(),
      failedTries: senders.failedTries(),
      duplicates: senders.duplicates(),
      sent: senders.sent,
      acknowledged: senders.acknowledged,
      handled: await readJournal(options.journal),
    }
  } finally {
    senders.close()
    await server.kill()
    await rm(home, { recursive: true, force: true })
  }
}

/** Kills the server when it has acknowledged a part of the burst; resolves to how many that was. */
async function killInTheMiddle(server: InboxServer, { acknowledged }: Senders): Promise<number> {
  const end = Date.now() + patienceMs
  while (acknowledged.size < burst / 3 && Date.now() < end) await wait(1)
  const before = acknowledged.size
  await server.kill()
  return before
}

/** How often the handler had its effect for each event. */
async function readJournal(journal: string): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  const text = await readFile(journal, 'utf8').catch(() => '')
  for (const name of text.split('\n').filter(Boolean)) times.set(name, (times.get(name) ?? 0) + 1)
  return times
}
