import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format } from 'node:util'
import { createSonzaiClient, pollNotifications } from '@sallyport/platforms'
import { createReceiver, RejectError } from 'sallyport'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findSteering, hostile } from './support/cli/hostile-text.ts'
import { serve } from './support/platforms/http-server.ts'

let printed: string[]
beforeEach(() => {
  printed = []
  vi.spyOn(console, 'error').mockImplementation((...values) => void printed.push(`${format(...values)}\n`))
})
afterEach(() => vi.restoreAllMocks())

const secret = 'whsec_test'
const fail = (): never => {
  throw Object.assign(new Error(hostile, { cause: hostile }), { [hostile]: hostile })
}

function expectVisible(): void {
  expect(printed.length).toBeGreaterThan(0)
  expect(findSteering(printed.join(''))).toEqual([])
  expect(printed.join('')).toContain('FORGED')
}

async function deliver(receiver: { receive: ReturnType<typeof createReceiver>['receive'] }): Promise<void> {
  const { headers, body } = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })
  const delivery = { method: 'POST', url: '/', headers, body, receivedAt: Date.now() }
  await receiver.receive(delivery)
}

describe('what is printed without a hook', () => {
  it('is visible when a handler fails', async () => {
    await deliver(createReceiver(sonzai(), { secret }).onAny(fail))
    expectVisible()
  })

  it('is visible when a hook fails', async () => {
    const receiver = createReceiver(sonzai(), { secret }).onAny(() => {
      throw new RejectError('no')
    })
    await deliver(receiver.onReject(fail).onError(fail))
    expectVisible()
  })

  it('is visible when an inbox does not open', async () => {
    const engine = createSqliteEngine({ path: '/nowhere/events.db' })
    const inbox = createInbox({ engine: { ...engine, name: hostile, start: () => Promise.reject(new Error(hostile)) } })
    await inbox.ready().catch(() => {})
    await vi.waitUntil(() => printed.length > 0, 20_000)
    await inbox.stop()
    expectVisible()
  })

  it('is visible when a platform answers a poller', async () => {
    const { url } = await serve(() => ({ status: 400, json: { title: hostile, detail: hostile } }))
    const client = createSonzaiClient({ apiKey: 'sk_test-key', baseUrl: url })
    const receiver = createReceiver(sonzai({ messageIds: true }), { secret }).onAny(() => {})
    const poller = pollNotifications(client, { agentId: 'luna', receiver })
    await vi.waitUntil(() => printed.length > 0, 20_000)
    await poller.stop()
    expectVisible()
  })
})

// A sentence may end in "the console."
const printing = new RegExp(
  `\\bconsole\\.(?:${Object.keys(console).join('|')})\\b|process\\.std(?:out|err)\\b|emitWarning`,
)

/** The sources of a package that write to stdout or stderr by themselves. */
async function findPrinting(name: string): Promise<string[]> {
  const sources = join(import.meta.dirname, '..', 'packages', name, 'src')
  const found: string[] = []
  for (const file of (await readdir(sources, { recursive: true })).filter((each) => /(?<!\.test)\.ts$/.test(each))) {
    const code = (await readFile(join(sources, file), 'utf8')).replaceAll(/^\s*(?:\/\*\*|\*|\/\/).*$/gm, '')
    if (printing.test(code)) found.push(`${name}/${file}`)
  }
  return found
}

describe('the sources of the libraries', () => {
  it('print in one place', async () => {
    const commands = ['cli', 'create-sallyport']
    const names = (await readdir(join(import.meta.dirname, '..', 'packages'))).filter(
      (name) => !commands.includes(name),
    )
    const found = (await Promise.all(names.map(findPrinting))).flat()
    expect(found).toEqual(['sallyport/errors/print-error.ts'])
  })
})

describe('the sources of create-sallyport', () => {
  it('print in one place, and before it can be loaded', async () => {
    // An old Node reads only main.ts, whose one message holds nothing from outside.
    expect((await findPrinting('create-sallyport')).toSorted()).toEqual([
      'create-sallyport/main.ts',
      'create-sallyport/output.ts',
    ])
  })
})
