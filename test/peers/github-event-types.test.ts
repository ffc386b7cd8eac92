import { readFileSync } from 'node:fs'
import { safeVerify } from 'sallyport'
import { github } from 'sallyport/providers/github'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { githubEventTypes, type GithubRule } from '../../packages/sallyport/src/providers/github-event-types.ts'
import { readDeclaredBodies } from '../support/peers/github-webhooks.ts'

const secret = 'made-up'
const declared = readDeclaredBodies()

// GitHub's document makes every member of these bodies optional that tells them apart.
const vague = new Set([
  'ping',
  'deployment_protection_rule',
  'issue_dependencies',
  'issue_relates_to',
  'secret_scanning_alert',
  'sub_issues',
])

/** What an event's body is taken for when its header is right; the code of the refusal if it is refused. */
async function readType(type: string, body: unknown): Promise<string> {
  const { headers, body: bytes } = signDelivery(github(), { secret, type, body })
  const result = await safeVerify(github(), { secret, headers, body: bytes })
  return result.ok ? result.event.type : result.code
}

async function readTypes(bodies: readonly (readonly [label: string, event: string, body: unknown])[]) {
  const wrong: string[] = []
  for (const [label, event, body] of bodies) {
    const type = await readType(event, body)
    if (type !== event) wrong.push(`${label}: ${type}`)
  }
  return wrong
}

describe('the event types of github()', () => {
  it("are those of GitHub's OpenAPI document", () => {
    const theirs = [...new Set(declared.map(({ event }) => event))]
    expect(theirs.length).toBeGreaterThan(70)
    expect(Object.keys(github().events).toSorted()).toEqual(theirs.toSorted())
  })
})

describe('the actions of github()', () => {
  it("are those of GitHub's OpenAPI document", () => {
    for (const [type, { actions }] of Object.entries<GithubRule>(githubEventTypes)) {
      const theirs = declared.flatMap(({ event, action }) => (event === type && action ? [action] : []))
      expect(actions?.split(' ') ?? [], type).toEqual([...new Set(theirs)])
    }
  })
})

describe('a body of GitHub', () => {
  it('is recognised with the members that are required', async () => {
    const bodies = declared.filter(({ event }) => !vague.has(event))
    expect(bodies.length).toBeGreaterThan(240)
    expect(await readTypes(bodies.map(({ schema, event, least }) => [schema, event, least]))).toEqual([])
  })

  it('is not rejected where all that marks it is optional', async () => {
    const bodies = declared.filter(({ event }) => event !== 'ping' && vague.has(event))
    const wrong = await readTypes(bodies.map(({ schema, event, least }) => [schema, event, least]))
    expect(wrong.filter((line) => !line.endsWith(': unrecognised'))).toEqual([])
  })

  it('is recognised with every member', async () => {
    // The document allows a repository in an organization's own events; GitHub's examples have none.
    const toBody = ({ event, most }: (typeof declared)[number]): unknown =>
      event === 'organization' ? { ...most, repository: undefined } : most
    expect(await readTypes(declared.map((body) => [body.schema, body.event, toBody(body)]))).toEqual([])
  })

  it('is recognised in the examples that octokit collects', async () => {
    const path = new URL(import.meta.resolve('@octokit/webhooks-examples'))
    const events = JSON.parse(readFileSync(path, 'utf8')) as { name: string; examples: Record<string, unknown>[] }[]
    const bodies = events.flatMap(({ name, examples }) =>
      examples.map((body, index) => [`${name} ${index}`, name, body] as const),
    )
    expect(bodies.length).toBeGreaterThan(300)
    expect(await readTypes(bodies)).toEqual([])
  })

  it('is rejected with the header of any other event', async () => {
    const others = Object.keys(github().events)
    for (const { schema, event, most } of declared.filter(({ event: own }) => !vague.has(own))) {
      const other = others[(others.indexOf(event) + 7) % others.length]!
      expect(await readType(other, { ...most, repository: undefined }), schema).not.toBe(other)
    }
  })
})
