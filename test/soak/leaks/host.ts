// Every mount of one receiver, in a process that can measure itself. Takes its options as JSON, and ends by itself after `stop`.
import { setTimeout as wait } from 'node:timers/promises'
import { createMemoryReplayGuard, createReceiver } from 'sallyport'
import { createInbox, type Inbox } from 'sallyport/inbox'
import {
  mountExpress5,
  mountFastify,
  mountHono,
  mountKoa3,
  mountNode,
  type Mount,
} from '../../support/adapters/mounts.ts'
import { provider, secret } from '../../support/crash/provider.ts'
import { openEngine } from '../../support/inbox/open-engine.ts'
import { bodyTimeoutMs, maxBodyBytes, type HostOptions, type Question, type Word } from './host-options.ts'
import { findMore, measure } from './measure.ts'
import { spoil } from './spoil.ts'

const mounts: Readonly<Record<string, Mount>> = {
  'node:http': mountNode,
  fetch: mountHono,
  Express: mountExpress5,
  Koa: mountKoa3,
  Fastify: mountFastify,
}
const patienceMs = 20_000

const options = JSON.parse(process.argv[2]!) as HostOptions
process.on('message', (question: Question) => void answer(question))
// A run that was killed.
process.once('disconnect', () => setTimeout(() => process.exit(), patienceMs).unref())
const before = await measure()

let aheadMs = 0
const now = (): number => Date.now() + aheadMs
const inbox = options.store && openInbox(options.store)
const receiver = createReceiver(provider, {
  secret,
  bodyTimeoutMs,
  maxBodyBytes,
  log: false,
  ...(inbox === undefined ? { now, replayGuard: createMemoryReplayGuard({ elapsed: now }) } : { inbox }),
})
receiver
  .onError(() => {})
  .on('task.created', async (event, { attempt }) => {
    for (const flaw of options.flaws ?? []) spoil(flaw, event)
    await wait(event.data.workMs ?? 0)
    if (attempt <= (event.data.failures ?? 0)) throw new Error('as told')
  })
await inbox?.ready()
const mounted = await Promise.all(
  Object.entries(mounts).map(async ([name, mount]) => [name, await mount()(receiver, { before: 'nothing' })] as const),
)
say({ urls: Object.fromEntries(mounted.map(([name, { url }]) => [name, url])) })

async function answer(question: Question): Promise<void> {
  if (question === 'rest') {
    await receiver.settled()
    await waitFor(async () => inbox === undefined || (await isIdle(inbox)))
    const measured = await measure()
    // Without an inbox every event is remembered for a day: the guard forgets them when the day is over.
    if (inbox === undefined) aheadMs += receiver.describe().retentionMs + 60_000
    say({ before, measured, aheadMs })
    return
  }
  await Promise.all(mounted.map(([, { close }]) => close()))
  await receiver.settled()
  await inbox?.stop()
  let measured = await measure()
  await waitFor(async () => {
    if (findMore(before, measured).size > 0) measured = await measure()
    return findMore(before, measured).size === 0
  })
  say({ before, measured, aheadMs })
  process.disconnect()
}

function say(word: Word): void {
  process.send!(word)
}

async function isIdle({ stats }: Inbox): Promise<boolean> {
  // A slow store is asked again.
  const { counts } = await stats().catch(() => ({ counts: { pending: 1, active: 0 } }))
  return counts.pending + counts.active === 0
}

async function waitFor(isReached: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patienceMs
  while (!(await isReached()) && Date.now() < end) await wait(100)
}

function openInbox(store: NonNullable<HostOptions['store']>): Inbox {
  return createInbox({
    engine: openEngine(store),
    retry: { attempts: 5, delayMs: 50, factor: 2, maxDelayMs: 500 },
    storeTimeoutMs: 20_000,
    // A slow store answers 503, which is no leak.
    onError: () => {},
  })
}
