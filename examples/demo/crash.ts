import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { ensureWebhooks } from '@sallyport/platforms'
import type { TriggeredDelivery } from '@sallyport/sandbox'
import type { InboxServerOptions } from './inbox-server.ts'
import { runSallyport, startProgram } from './run-program.ts'
import type { Story } from './story.ts'
import type { World } from './world.ts'

const burst = 40
const whileDown = 20
const hangAfter = 15
/** With the one whose handler fails. */
const total = 1 + burst + whileDown

/** A server with an inbox is killed in the middle of its work. Nothing that it acknowledged may be lost. */
export async function surviveCrash(
  story: Story,
  { folder, sandbox, sonzai, secrets, secretFile }: World,
): Promise<void> {
  story.chapter(
    'kill -9 in the middle of the work',
    `A server with an inbox writes each event to disk, answers 202, and handles it then. So an acknowledged event survives
    a crash, and a handler that fails is tried again.`,
  )
  const inboxFile = join(folder, 'events.db')
  const journal = join(folder, 'journal')
  const options = { secretFile, inboxFile, journal }
  const inbox = (...args: string[]) => runSallyport(folder, ['inbox', ...args, '--inbox', inboxFile])
  const deliveries: TriggeredDelivery[] = []
  const trigger = (message: string): void => {
    deliveries.push(...sandbox.sonzai.trigger('on_wakeup_ready', { data: { generated_message: message } }))
  }

  let server = await startServer(folder, { ...options, port: 0, hangAfter, isMended: false })
  try {
    const url = `http://127.0.0.1:${server.port}/webhooks/sonzai`
    await ensureWebhooks(sonzai, [{ eventType: 'on_wakeup_ready', url }], { store: secrets })

    trigger('poison')
    await story.step('an event whose handler fails: tried 3 times', '202, on disk', async () => {
      await until('the handler fails for the last time', async () => (await readJournal(journal)).begun.length === 3)
      return acknowledge(deliveries)
    })
    let dead: readonly { readonly attempts: number; readonly error: string }[] = []
    await story.step('`sallyport inbox list --state dead` shows it', '1 dead event', async () => {
      await until('the event is dead', async () => {
        dead = (await inbox('list', '--state', 'dead'))['events'] as typeof dead
        return dead.length > 0
      })
      return `${dead.length} dead event`
    })
    story.quote(dead.map(({ attempts, error }) => `${attempts} attempts, then: ${error}`))

    for (let index = 0; index < burst; index++) trigger(`message ${index}`)
    await story.step(`${burst} events at once`, '202, on disk', () => acknowledge(deliveries))
    await story.step('others were half handled at that moment', `killed after ${hangAfter} of ${burst}`, async () => {
      await until('some events are handled, and others begun', async () => {
        const { begun, done } = await readJournal(journal)
        return done.length === hangAfter && begun.some((message) => message !== 'poison' && !done.includes(message))
      })
      await server.kill()
      return `killed after ${(await readJournal(journal)).done.length} of ${burst}`
    })

    for (let index = 0; index < whileDown; index++) trigger(`message ${burst + index}`)
    await story.step(`${whileDown} came while it was down: the platform retried`, '202, on disk', async () => {
      await until('the platform finds nobody', () => sandbox.sonzai.attempts('on_wakeup_ready')[0]?.responseCode === 0)
      server = await startServer(folder, { ...options, port: server.port, isMended: true })
      return acknowledge(deliveries)
    })
    await story.step('`sallyport inbox replay --state dead`', '1 event replayed', async () => {
      const { count } = await inbox('replay', '--state', 'dead')
      return `${String(count)} event replayed`
    })
    await story.step('every acknowledged event is handled', `${total} of ${total}, 0 lost`, async () => {
      const countDone = async (): Promise<number> => new Set((await readJournal(journal)).done).size
      await until(
        'the inbox has nothing left to do',
        async () => (await countDone()) >= total || isIdle(await inbox('stats')),
      )
      const done = await countDone()
      return `${done} of ${total}, ${total - done} lost`
    })
    await story.step('nothing is left to do, and the server ends', 'exit code 0', async () => {
      const exitCode = await server.stop()
      const { counts } = (await inbox('stats')) as { counts: { done: number } }
      return counts.done === total ? `exit code ${exitCode}` : JSON.stringify(counts)
    })
  } finally {
    await server.kill()
  }
}

function isIdle(stats: Readonly<Record<string, unknown>>): boolean {
  const { pending, active } = stats['counts'] as { pending: number; active: number }
  return pending + active === 0
}

/** Waits for the last answer to every delivery. */
async function acknowledge(deliveries: readonly TriggeredDelivery[]): Promise<string> {
  const results = await Promise.all(deliveries.map(({ finished }) => finished))
  const codes = new Set(results.map(({ attempts }) => attempts.at(-1)?.responseCode))
  return codes.size === 1 && codes.has(202) ? '202, on disk' : [...codes].join(', ')
}

/** The messages that the handler began and finished, each as often as it did. */
async function readJournal(
  path: string,
): Promise<{ readonly begun: readonly string[]; readonly done: readonly string[] }> {
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  const after = (word: string): string[] =>
    lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length))
  return { begun: after('begin '), done: after('done ') }
}

async function startServer(folder: string, options: InboxServerOptions) {
  const child = startProgram('inbox-server.ts', folder, options)
  const gone = once(child, 'exit') as Promise<[code: number | null]>
  const tooEarly = gone.then(() => Promise.reject(new Error('the server with the inbox does not start')))
  tooEarly.catch(() => {})
  const [port] = (await Promise.race([once(child, 'message'), tooEarly])) as [number]
  return {
    port,
    /** Ends the process at once, as `kill -9` does. */
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await gone
    },
    /** Lets it finish its work. Resolves to its exit code. */
    async stop(): Promise<number | null> {
      if (child.connected) child.disconnect()
      return (await gone)[0]
    },
  }
}

const patienceMs = 60_000

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + patienceMs; !(await isSo()); await wait(10)) {
    if (performance.now() > end) throw new Error(`not within ${patienceMs / 1000} s: ${what}`)
  }
}
