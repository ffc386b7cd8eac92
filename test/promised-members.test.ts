import { createReceiver, type EventMap, type Provider } from 'sallyport'
import { fixtures, signDelivery } from 'sallyport/testing'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { stripe } from 'sallyport/providers/stripe'
import { fleet } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import {
  githubEventTypes,
  type GithubEventType,
  type GithubRule,
} from '../packages/sallyport/src/providers/github-event-types.ts'

const secret = 'whsec_promised'
const now = Date.UTC(2026, 10, 28)

type Json = Record<string, unknown>

async function receive<Events extends EventMap>(provider: Provider<Events>, type: string, body: unknown) {
  const receiver = createReceiver(provider, { secret, now: () => now, replayGuard: 'off' }).onAny(() => {})
  const issues: string[] = []
  receiver.onReject((report) => issues.push(...(report.issues ?? [])))
  const { outcome, code } = await receiver.receive(signDelivery(provider, { secret, now, type, body }))
  return { outcome, code, issues }
}

function sampleOf(provider: string, type: string): Json {
  return fixtures[provider]![type]!({ now: new Date(now), id: 'a', type }) as Json
}

/** Paths of all members, the deepest ones included; those of `stops` are not entered. */
function pathsOf(value: unknown, stops: readonly string[], path: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null || stops.includes(path.join('.'))) return []
  return Object.keys(value).flatMap((name) => {
    const inner = [...path, name]
    const own = Array.isArray(value) ? [] : [inner.join('.')]
    return [...own, ...pathsOf((value as Json)[name], stops, inner)]
  })
}

/** A copy with one member changed; `undefined` removes it. */
function withMember(body: Json, path: string, value: unknown): Json {
  const copy = structuredClone(body)
  const names = path.split('.')
  const last = names.pop()!
  const holder = names.reduce<Json>((inner, name) => inner[name] as Json, copy)
  if (value === undefined) delete holder[last]
  else holder[last] = value
  return copy
}

/** A body with the members of its repository and sender that a schema names, and one more. */
function shorten(body: Json): Json {
  const { repository, sender } = body as Record<string, Json | undefined>
  return {
    ...body,
    ...(repository && { repository: { id: repository['id'], full_name: repository['full_name'], size: 108 } }),
    ...(sender && { sender: { login: sender['login'], node_id: sender['node_id'] } }),
  }
}

/** Members that tell GitHub's events apart. All others may be missing. */
function marksOf(type: GithubEventType): RegExp {
  const { has, mayHave }: GithubRule = githubEventTypes[type]
  const paths = ['action', 'hook_id', ...(has ?? mayHave ?? '').split(' ')]
  const marks = new Set(paths.flatMap((path) => [path, path.split('.')[0]!]))
  return new RegExp(`^(?:${[...marks].map((path) => path.replace('.', '\\.')).join('|')})$`)
}

/** What the documents promise, or what an event cannot be read without. */
const cases: readonly { provider: Provider; type: string; body: Json; promised: RegExp; stops: readonly string[] }[] = [
  ...Object.keys(invoratec().events).map((type) => ({
    provider: invoratec() as unknown as Provider,
    type,
    body: sampleOf('invoratec', type),
    promised: /^(?:event|timestamp|data)$/,
    stops: [],
  })),
  {
    // The form's own rules are not the document's: a field without its type is text.
    provider: fleet({ actions: { Publish: z.looseObject({}) } }),
    type: 'Publish',
    body: { ...sampleOf('fleet', '*'), action: 'Publish' },
    promised: /^(?:action|files|files\.content_base64)$/,
    stops: ['input'],
  },
  ...Object.keys(github().events).map((type) => ({
    provider: github() as unknown as Provider,
    type,
    body: shorten(sampleOf('github', type)),
    promised: marksOf(type as GithubEventType),
    // The schemas name no other member of a member.
    stops: Object.keys(sampleOf('github', type)).filter((name) => name !== 'repository' && name !== 'sender'),
  })),
  {
    provider: stripe(),
    type: 'invoice.paid',
    body: sampleOf('stripe', 'invoice.paid'),
    promised: /^(?:id|object|type|data|data\.object)$/,
    stops: [],
  },
]

describe.each(cases)('a sample of $provider.name $type', ({ provider, type, body, promised, stops }) => {
  const paths = pathsOf(body, stops).filter((path) => !promised.test(path))

  it('is accepted as documented', async () => {
    expect(await receive(provider, type, body)).toMatchObject({ outcome: 'handled' })
  })

  it('is accepted without each member that is not promised', async () => {
    for (const path of paths) {
      for (const value of [undefined, null]) {
        const { outcome, issues } = await receive(provider, type, withMember(body, path, value))
        expect({ outcome, issues }, `${path}: ${String(value)}`).toEqual({ outcome: 'handled', issues: [] })
      }
    }
  })
})

describe('an Invoratec event', () => {
  const anything = new Set(['input', 'result', 'error', 'stepResults'])

  it.each(Object.keys(invoratec().events))('%s keeps evident types', async (type) => {
    const body = sampleOf('invoratec', type)
    for (const [name, value] of Object.entries(body['data'] as Json)) {
      const other = withMember(body, `data.${name}`, typeof value === 'number' ? 'five' : 5)
      const expected = anything.has(name) ? { outcome: 'handled' } : { code: 'PAYLOAD_INVALID', issues: [name] }
      expect(await receive(invoratec(), type, other), name).toMatchObject(expected)
    }
  })
})

describe('a Fleet payload', () => {
  it('names the archive if it is missing', async () => {
    for (const value of [undefined, null]) {
      const body = withMember(sampleOf('fleet', '*'), 'files.content_base64', value)
      expect(await receive(fleet(), '*', body)).toMatchObject({
        code: 'PAYLOAD_INVALID',
        issues: ['files.content_base64'],
      })
    }
  })
})
