import { createReceiver, type Provider } from 'sallyport'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { langsmith } from 'sallyport/providers/langsmith'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { listSenderNames } from '../../scripts/documents/senders/read-senders.ts'
import { readOptions } from '../support/docs/declared-options.ts'
import { findTable, readCodeSpans, readDocument, readSections, readTables } from '../support/docs/markdown.ts'

const providers: Readonly<Record<string, { readonly title: string; readonly provider: Provider }>> = {
  sonzai: { title: 'Sonzai', provider: toPlain(sonzai()) },
  invoratec: { title: 'Invoratec', provider: toPlain(invoratec()) },
  'standard-webhooks': { title: 'Standard Webhooks', provider: toPlain(standardWebhooks({ events: {} })) },
  github: { title: 'GitHub', provider: toPlain(github()) },
  stripe: { title: 'Stripe', provider: toPlain(stripe()) },
  langsmith: { title: 'LangSmith', provider: toPlain(langsmith()) },
}

const secret = 'whsec_ZG9jdW1lbnRlZA=='
const hour = 3_600_000
const document = readDocument('docs/providers.md')
const readme = readDocument('README.md')
const receiverPage = readDocument('docs/receiver.md')

function toPlain(provider: unknown): Provider {
  return provider as Provider
}

// Those with a section of their own; docs/senders.md has all.
const entries = Object.keys(providers)

describe('tables of providers', () => {
  it('are tested for every provider with a section, and lead to the others', () => {
    expect(listSenderNames()).toEqual(expect.arrayContaining(entries))
    const titles = readSections(document, 2).map(({ title }) => title)
    for (const { title } of Object.values(providers)) expect(titles).toContain(title)
    expect(document).toContain('[senders.md](senders.md)')
  })

  it.each([
    ['README.md', readme],
    ['docs/providers.md', document],
  ])('list every provider with a section in %s', (_path, text) => {
    const imports = findTable(text, 'Provider').rows.flatMap(([, entry = '']) => readCodeSpans(entry))
    expect(imports.toSorted()).toEqual(entries.map((entry) => `sallyport/providers/${entry}`).toSorted())
  })

  it('list the dedupe key of every provider and no other', () => {
    const table = readTables(receiverPage).find(({ head }) => head[1] === 'Key')
    expect(table?.rows.map(([name = '']) => name.replaceAll('`', '')).toSorted()).toEqual(entries.toSorted())
  })

  it('list what every sender signs', () => {
    const senders = findTable(readDocument('docs/security.md'), 'Sender').rows.map(([name = '']) => name)
    for (const { title } of Object.values(providers)) expect(senders).toContain(title)
  })
})

describe('the table of retries', () => {
  const { rows } = readTables(document).find(({ head }) => head[1] === 'Retries an event for')!

  it('lists every provider and no other', () => {
    expect(rows.map(([name = '']) => name).toSorted()).toEqual(entries.map((entry) => `\`${entry}\``).toSorted())
  })

  it.each(Object.entries(providers))('says how long %s retries, and who says so', (entry, { provider }) => {
    const { retryWindow } = provider
    const { retentionMs } = createReceiver(provider, { secret }).describe()
    const retries = retryWindow === undefined ? 'not documented' : toDuration(retryWindow.ms)
    expect(rows.find(([name]) => name === `\`${entry}\``)!.slice(1)).toEqual([
      retries,
      toDuration(retentionMs),
      retryWindow === undefined ? '' : `<${retryWindow.source}>`,
      retryWindow?.readOn ?? '',
    ])
    expect(retentionMs).toBeGreaterThanOrEqual(retryWindow?.ms ?? 0)
  })

  it('is covered by what an inbox remembers by default', () => {
    const inboxMs = 168 * hour
    expect(document).toContain(`for ${toDuration(inboxMs)} by default`)
    for (const option of readOptions('sallyport/src/inbox/sqlite SqliteEngineOptions'))
      if (option.name === 'retentionMs') expect(option.byDefault).toContain('7 days')
    for (const { provider } of Object.values(providers))
      expect(provider.retryWindow?.ms ?? 0).toBeLessThanOrEqual(inboxMs)
  })
})

describe.each(Object.entries(providers))('the page section of %s', (entry, { title, provider }) => {
  const { text } = readSections(document, 2).find((section) => section.title === title)!
  const facts = new Map(findTable(text, 'Fact').rows.map(([name = '', value = '']) => [name, value]))
  const description = createReceiver(provider, { secret }).describe()
  const rowOf = (source: string, head: string): readonly string[] =>
    readTables(source)
      .filter((table) => table.head.includes(head))
      .flatMap(({ rows }) => rows)
      .find(([name = '', where = '']) => where.includes(`/${entry}\``) || name === `\`${entry}\``)!

  it('has every fact', () => {
    expect([...facts.keys()]).toEqual([
      'Header',
      'Signed bytes',
      'Not signed',
      'Key',
      'Freshness',
      'Event type',
      'Data',
      'Event id',
    ])
  })

  it('has the signature header and its form', () => {
    const { header } = description.scheme
    expect(facts.get('Header')!.toLowerCase()).toContain(`\`${header}: `)
    expect(rowOf(readme, 'Signature header')[2]!.toLowerCase()).toBe(`\`${header}\``)
    const sent = signDelivery(provider, { secret }).plainHeaders
    const value = Object.entries(sent).find(([name]) => name.toLowerCase() === header)![1]
    const form = readCodeSpans(facts.get('Header')!)[0]!
      .replace(/^[\w-]+: /, '')
      .replace(/\[.*/, '')
    expect(value).toMatch(toPattern(form))
  })

  it('has the signed bytes', () => {
    const parts = description.scheme.signed.map((part) => words[part] ?? part)
    expect(readParts(facts.get('Signed bytes')!)).toEqual(parts)
  })

  it('says how age is checked', () => {
    const { freshness } = description.scheme
    const said = facts.get('Freshness')!
    if (freshness.startsWith('not checked')) expect(said).toMatch(/^none: /)
    else expect(said).toMatch(freshness === 'from the body' ? /in the body/ : /^the signed /)
    const [, hours] = /the tolerance is (\d+) h/.exec(text) ?? []
    const [, seconds] = /(\d+) s tolerance either way/.exec(document) ?? []
    expect(hours === undefined ? Number(seconds) * 1000 : Number(hours) * hour).toBe(description.toleranceMs)
  })

  it('has the limits', () => {
    const megabytes = description.limits.maxBodyBytes / 1024 / 1024
    expect(megabytes === 1 || text.includes(`up to ${megabytes} MiB`)).toBe(true)
    // A tolerance of its own is in the text; see "says how age is checked".
    expect(description.toleranceMs).toBe(provider.toleranceMs ?? 300_000)
  })

  it('says which codes it answers with another status', () => {
    const { statuses = {} } = provider
    const said = /So (\d+) answers what a later attempt may pass: ([^]*?)\.\n/.exec(text)
    expect(said === null ? [] : readCodeSpans(said[2]!).toSorted()).toEqual(Object.keys(statuses).toSorted())
    for (const status of Object.values(statuses)) expect(Number(said![1])).toBe(status)
  })

  it('has the event types', () => {
    const list = /^Event types: ([^]*?)\n\n/m.exec(`${text}\n\n`)![1]!
    const types = Object.keys(provider.events)
    if (entry !== 'stripe') return expect(readCodeSpans(list).toSorted()).toEqual(types.toSorted())
    // Six hundred names would hide the rest of the page; test/peers compares them with Stripe's own.
    const second = types.filter((type) => /^v\d\./.test(type)).length
    expect(list).toBe(`all ${types.length - second} of API v1, and all ${second} of API v2.`)
  })

  it('says what identifies an event and a retry', async () => {
    const isDigest = facts.get('Event id')!.includes('SHA-256')
    const [, key = '', retry = ''] = rowOf(receiverPage, 'Key')
    const { eventIds, outcomes } = await receiveRetries(provider)
    expect(eventIds[0]!.startsWith('sha256:')).toBe(isDigest)
    expect(key.includes('SHA-256')).toBe(isDigest)
    expect(outcomes).toEqual(['first', 'again', retry.includes('a new event if signed again') ? 'first' : 'again'])
  })
})

/** `75 h 35 min 5 s`; what the table says of a sender that does not retry. */
function toDuration(ms: number): string {
  if (ms === 0) return 'never by itself'
  const parts = [
    [Math.floor(ms / hour), 'h'],
    [Math.floor((ms % hour) / 60_000), 'min'],
    [(ms % 60_000) / 1000, 's'],
  ] as const
  return parts.flatMap(([amount, unit]) => (amount === 0 ? [] : [`${amount} ${unit}`])).join(' ')
}

const words: Readonly<Record<string, string>> = {
  timestamp: 'time',
  'header webhook-id': 'id',
  'header webhook-timestamp': 'time',
  '"."': '.',
}

function readParts(text: string): string[] {
  const names: Readonly<Record<string, string>> = { '<t>': 'time', 'webhook-id': 'id', 'webhook-timestamp': 'time' }
  return text.split(',').map((part) => {
    const name = part.trim().replaceAll('`', '')
    return names[name] ?? name
  })
}

/** `t=<unix seconds>,v1=<hex>` as a pattern. */
function toPattern(form: string): RegExp {
  const source = form
    .replace('<unix seconds>', '\\d{10}')
    .replace('<hex>', '[0-9a-f]{64}')
    .replace('<base64>', '[A-Za-z0-9+/]{43}=')
  return new RegExp(`^${source}$`)
}

/** An event, sent again unchanged, then as its sender would sign it some seconds later. */
async function receiveRetries(provider: Provider): Promise<{ eventIds: string[]; outcomes: string[] }> {
  const eventIds: string[] = []
  const outcomes: string[] = []
  const receiver = createReceiver(provider, { secret })
  receiver.onUnknown(({ id }) => void eventIds.push(id)).onAny(({ id }) => void eventIds.push(id))
  const now = Date.now()
  const first = signDelivery(provider, { secret, now, id: 'msg_1' })
  const signedAgain = signDelivery(provider, { secret, now: now + 5000, id: 'msg_1', body: first.body })
  for (const delivery of [first, first, signedAgain] satisfies SignedDelivery[]) {
    const { outcome } = await receiver.receive(delivery)
    outcomes.push(outcome === 'duplicate' ? 'again' : 'first')
  }
  return { eventIds, outcomes }
}
