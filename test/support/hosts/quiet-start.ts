// Loads what runs on an edge host, and makes a receiver of every provider, as a program does before its first request. Prints what
// was called that Cloudflare Workers refuse at that time, or answer wrongly: their clock stands at 1970.
import crypto from 'node:crypto'
import { readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import type { SignedDelivery } from 'sallyport/testing'

/** What the program is told, as JSON on stdin. */
export interface StartOrder {
  readonly entries: readonly string[]
  readonly providers: readonly {
    readonly entry: string
    readonly factory: string
    readonly options: string
    readonly secret: string
  }[]
  /** For the first provider, and what signs it. */
  readonly delivery: Pick<SignedDelivery, 'method' | 'url' | 'plainHeaders'> & { readonly body: string }
}

/** What it prints, as JSON: the calls before the first delivery, and those of one delivery. */
export interface StartReport {
  readonly before: readonly string[]
  readonly delivery: readonly string[]
  readonly status: number
}

let called: string[] = []

function watch(label: string, place: object, names: readonly string[]): void {
  const target = place as Record<string, (...args: unknown[]) => unknown>
  for (const name of names) {
    const original = target[name]!
    const watched = function (this: unknown, ...args: unknown[]): unknown {
      const [, , caller = ''] = new Error().stack?.split('\n') ?? []
      // Node and the test itself may.
      if (/\/(?:packages|node_modules)\//.test(caller)) called.push(`${label}${name}${caller.replace(/.*\//, ' at ')}`)
      return original.apply(this, args)
    }
    Object.defineProperty(target, name, { value: watched, writable: true, configurable: true })
  }
}

const random = ['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync']
const keys = ['generateKey', 'generateKeySync', 'generateKeyPair', 'generateKeyPairSync']
watch('crypto.', crypto, [...random, ...keys])
watch('crypto.', Object.getPrototypeOf(globalThis.crypto) as object, ['randomUUID', 'getRandomValues'])
watch('', globalThis, ['setTimeout', 'setInterval', 'setImmediate', 'fetch'])
watch('Math.', Math, ['random'])
watch('Date.', Date, ['now'])
watch('performance.', performance, ['now'])
syncBuiltinESMExports()

const order = JSON.parse(readFileSync(0, 'utf8')) as StartOrder
for (const entry of order.entries) await import(entry)
const { createReceiver } = await import('sallyport')
const { webhook } = await import('sallyport/fetch')
const mounts = []
for (const { entry, factory, options, secret } of order.providers) {
  const exported = (await import(entry)) as Record<string, (options?: object) => Parameters<typeof createReceiver>[0]>
  const provider = exported[factory]!(options === '' ? undefined : (JSON.parse(options) as object))
  const receiver = createReceiver(provider, { secret, log: true })
    .onAny(() => {})
    .onReject(() => {})
  mounts.push(webhook(receiver))
}
const before = called
called = []
const { method, url, plainHeaders, body } = order.delivery
const request = new Request(new URL(url, 'https://localhost'), { method, headers: plainHeaders, body })
const { status } = await mounts[0]!(request)
console.log(JSON.stringify({ before, delivery: called, status } satisfies StartReport))
