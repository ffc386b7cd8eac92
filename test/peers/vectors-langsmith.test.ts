import { createHmac } from 'node:crypto'
import { createReceiver, RejectError, safeVerify, type Reply } from 'sallyport'
import { defineProvider, hmac, noTimestamp, parts } from 'sallyport/provider'
import { langsmith } from 'sallyport/providers/langsmith'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'

// From docs.langchain.com: langsmith/context-hub-webhooks and langsmith/engine-webhooks, read in November 2026. The digests
// are what `openssl dgst -sha256 -hmac` gives for the documents' own example bodies.

const secret = 'lsv2_whs_documented'
const commitBody =
  '{"id":"0198f3ab-7c2d-7def-8a91-23456789abcd","type":"context_hub.commit.created.v1","created":1720000000,"data":{"commit":{"repo_id":"...","repo_handle":"my-agent","repo_type":"agent","commit_hash":"newcommithash0002","parent_commit_hash":"parentcommithash0001","created_at":"2023-11-14T22:13:20Z","created_by":"user@example.com","url":"https://smith.example.com/context/my-agent/newcommithash0002","files_changed":[{"path":"skills/kept","action":"modified"},{"path":"skills/added","action":"added"},{"path":"skills/gone","action":"removed"}]}}}'
const issueBody =
  '{"id":"c02e3a4b-5c6d-7e8f-9a0b-1c2d3e4f5a6b","type":"issue.trace.added","created":1747238410,"request_id":"0d2f4f6a-2a3a-4b6e-9b87-5d5b6e8c9a01","data":{"object":{"id":"9a8b7c6d-5e4f-3a2b-1c0d-9e8f7a6b5c4d","name":"Tool selection inconsistency","severity":1},"trace":{"run_id":"f1e2d3c4-b5a6-9788-6655-44332211ffee","comment":null}}}'
const digests = {
  commit: 'ed5da754e428218a92c935064dff6746863080d6fee9dac635f4fd77284eb0d4',
  issue: 'ec611c307ddf1c0c740129462474c80f1e7a97c0c2142d3b311a39168817f965',
}

function verifyText(text: string, signature: string, receivedAt: number) {
  const headers = { 'Content-Type': 'application/json', 'X-LangSmith-Signature': signature }
  return safeVerify(langsmith(), { secret, headers, body: Buffer.from(text), receivedAt })
}

describe('the signature of LangSmith', () => {
  it('verifies a commit as the document shows it', async () => {
    const result = await verifyText(commitBody, `sha256=${digests.commit}`, 1_720_000_060_000)
    expect(result).toMatchObject({
      ok: true,
      event: {
        id: '0198f3ab-7c2d-7def-8a91-23456789abcd',
        type: 'context_hub.commit.created.v1',
        signedAt: new Date(1_720_000_000_000),
        data: { commit: { repo_handle: 'my-agent', commit_hash: 'newcommithash0002', created_by: 'user@example.com' } },
      },
    })
  })

  it('verifies an event of the Engine and keeps its request', async () => {
    const result = await verifyText(issueBody, `sha256=${digests.issue}`, 1_747_238_410_000)
    expect(result).toMatchObject({
      ok: true,
      event: {
        id: 'c02e3a4b-5c6d-7e8f-9a0b-1c2d3e4f5a6b',
        data: {
          request_id: '0d2f4f6a-2a3a-4b6e-9b87-5d5b6e8c9a01',
          object: { severity: 1 },
          trace: { run_id: 'f1e2d3c4-b5a6-9788-6655-44332211ffee', comment: null },
        },
      },
    })
  })

  it('takes the secret as text, whatever prefix it has', async () => {
    for (const text of ['whsec_aGVsbG8=', 'lsv2_whs_aGVsbG8=']) {
      const signature = `sha256=${createHmac('sha256', text).update(commitBody).digest('hex')}`
      const headers = { 'X-LangSmith-Signature': signature }
      const input = { secret: text, headers, body: Buffer.from(commitBody), receivedAt: 1_720_000_000_000 }
      expect(await safeVerify(langsmith(), input)).toMatchObject({ ok: true })
    }
  })

  it.each(['', 'sha256=', digests.commit, `sha1=${digests.commit}`, `sha256=${digests.issue}`])(
    'rejects the header %j',
    async (signature) => {
      expect(await verifyText(commitBody, signature, 1_720_000_000_000)).toMatchObject({ ok: false })
    },
  )
})

const retried = (status: number): boolean => [408, 425, 429].includes(status) || status >= 500

describe('the answers to LangSmith', () => {
  const now = Date.UTC(2026, 10, 2)
  const receiverOf = (options: object = {}, provider = langsmith()) =>
    createReceiver(provider, { secret, now: () => now, ...options })
      .onAny(() => {})
      .onError(() => {})
  const deliver = (receiver: ReturnType<typeof receiverOf>, options: object = {}): Promise<Reply> =>
    receiver.receive(signDelivery(langsmith(), { secret, now, id: '0198', ...options }))

  // It gives an event up after any 4xx but 408, 425 and 429: what may pass later must not be final.
  it.each([
    ['a secret that was rolled', () => deliver(receiverOf({ secret: 'the old one' })), 'SIGNATURE_MISMATCH'],
    ['a sender without a secret', () => deliver(receiverOf({ secret: () => undefined })), 'SECRET_UNKNOWN'],
    [
      'a secret that cannot be looked up',
      () => deliver(receiverOf({ secret: () => Promise.reject(new Error('vault is down')) })),
      'SECRET_RESOLVER_FAILED',
    ],
    [
      'a header that was edited',
      () => deliver(receiverOf({}, langsmith({ headers: { 'X-Key': 'new' } })), { headers: { 'X-Key': 'old' } }),
      'CREDENTIAL_MISMATCH',
    ],
    [
      'a header that was added',
      () => deliver(receiverOf({}, langsmith({ headers: { 'X-Key': 'new' } }))),
      'CREDENTIAL_MISSING',
    ],
    ['a slow clock', () => deliver(receiverOf(), { now: now + 86_401_000 }), 'TIMESTAMP_FUTURE'],
    [
      'a handler that throws',
      () => deliver(receiverOf().onAny(() => Promise.reject(new Error('deploy failed')))),
      'HANDLER_FAILED',
    ],
    [
      'a full inbox',
      () =>
        deliver(
          receiverOf({
            inbox: {
              name: 'full',
              store: () => Promise.reject(new Error('INBOX_FULL')),
              attach: () => {},
              ready: () => Promise.resolve(),
              stop: () => Promise.resolve(),
            },
          }),
        ),
      'INBOX_FAILED',
    ],
  ])('ask for a retry after %s', async (_trouble, attempt, code) => {
    const reply = await attempt()
    expect(reply.code).toBe(code)
    expect(retried(reply.status)).toBe(true)
  })

  it.each([
    ['an unsigned delivery', { headers: { 'X-LangSmith-Signature': undefined } }, 'SIGNATURE_MISSING'],
    ['a body that is no JSON', { body: '{' }, 'BODY_NOT_JSON'],
    ['an event from the week before', { now: now - 7 * 86_400_000 }, 'TIMESTAMP_STALE'],
  ])('are final for %s', async (_kind, options, code) => {
    const reply = await deliver(receiverOf(), options)
    expect(reply.code).toBe(code)
    expect(retried(reply.status)).toBe(false)
  })

  it('are final for what a handler rejects', async () => {
    const receiver = receiverOf().onAny(() => {
      throw new RejectError('not our agent')
    })
    expect(await deliver(receiver)).toMatchObject({ status: 422, code: 'DELIVERY_REJECTED' })
  })

  it('come before LangSmith stops waiting', () => {
    expect(receiverOf().describe().limits.handlerTimeoutMs).toBeLessThan(20_000)
  })

  it('take the fourth attempt, hours later, as the same event', async () => {
    const delivery = signDelivery(langsmith(), { secret, now, id: '0198' })
    const receiver = createReceiver(langsmith(), { secret }).onAny(() => {})
    const outcomes: string[] = []
    for (const later of [0, 30_000, 3_600_000, 12 * 3_600_000])
      outcomes.push((await receiver.receive({ ...delivery, receivedAt: now + later })).outcome)
    expect(outcomes).toEqual(['handled', 'duplicate', 'duplicate', 'duplicate'])
  })

  it('use the same statuses in safeVerify', async () => {
    const { headers, body } = signDelivery(langsmith(), { secret: 'rolled', now })
    const result = await safeVerify(langsmith(), { secret, headers, body, receivedAt: now })
    expect(result).toMatchObject({ ok: false, code: 'SIGNATURE_MISMATCH', status: 425 })
  })
})

describe('the events of LangSmith', () => {
  const verifyBody = (content: object) => {
    const { headers, body } = signDelivery(langsmith(), { secret, now: 1_720_000_000_000, body: content })
    return safeVerify(langsmith(), { secret, headers, body, receivedAt: 1_720_000_000_000 })
  }
  const envelope = { id: '0198', created: 1_720_000_000 }
  const bare = { repo_handle: 'a', repo_type: 'skill', commit_hash: 'b' }
  const optional = ['repo_id', 'parent_commit_hash', 'created_at', 'created_by', 'url', 'files_changed']

  it.each([
    ['absent', {}],
    ['null', Object.fromEntries(optional.map((name) => [name, null]))],
    ['unknown', { later: { added: true } }],
  ])('accept %s members of a commit', async (_kind, members) => {
    const commit = { ...bare, ...members }
    expect(await verifyBody({ ...envelope, type: 'context_hub.commit.created.v1', data: { commit } })).toMatchObject({
      ok: true,
      event: { data: { commit } },
    })
  })

  it.each(['issue.created', 'issue.trace.added'])('accept %s with nothing but its id', async (type) => {
    const object = { id: '9a8b', name: null, severity: null, tenant_name: '' }
    expect(await verifyBody({ ...envelope, type, data: { object } })).toMatchObject({
      ok: true,
      event: { data: { object } },
    })
  })

  it('accept a failed run without its run and its error', async () => {
    const data = { object: { status: 'error' } }
    expect(await verifyBody({ ...envelope, type: 'issue.agent_run.failed', data })).toMatchObject({ ok: true })
  })

  it('reject a commit without a hash', async () => {
    const data = { commit: { ...bare, commit_hash: 7 } }
    const result = await verifyBody({ ...envelope, type: 'context_hub.commit.created.v1', data })
    expect(result).toMatchObject({ ok: false, code: 'PAYLOAD_INVALID' })
  })

  it('of a later version are unknown, not invalid', async () => {
    const result = await verifyBody({ ...envelope, type: 'context_hub.commit.created.v2', data: { commit: 'moved' } })
    expect(result).toMatchObject({ ok: true, event: { type: 'context_hub.commit.created.v2' } })
  })
})

describe('defineProvider', () => {
  it.each([200, 399, 600, 425.5, Number.NaN])('rejects the status %d', (status) => {
    const scheme = hmac({
      header: 'x',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('none'),
    })
    const define = (): unknown =>
      defineProvider({
        name: 'acme',
        scheme,
        identify: () => ({ type: 'a', data: 1 }),
        events: {},
        statuses: { SIGNATURE_MISMATCH: status },
      })
    expect(define).toThrow(/SIGNATURE_MISMATCH must be 400 to 599/)
  })
})
