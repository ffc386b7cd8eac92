import { inspect } from 'node:util'
import { PlatformError } from '@sallyport/platforms'
import { createSandbox } from '@sallyport/sandbox'
import { describe, expect, it } from 'vitest'
import { apiKey, invoratecAt, sonzaiAt } from '../support/platforms/clients.ts'
import { serve } from '../support/platforms/http-server.ts'

async function failWith(json: unknown, status = 422): Promise<PlatformError> {
  const server = await serve(() => ({ status, json }))
  const registration = { webhookUrl: 'https://example.com/hook', authHeader: 'Bearer mine-0123' }
  const error: unknown = await sonzaiAt(server.url)
    .webhooks.register('agent.message', registration)
    .catch((thrown: unknown) => thrown)
  if (!PlatformError.is(error)) throw new Error('no PlatformError')
  return error
}

const valuesOf = ({ problem }: PlatformError) => problem?.errors?.map(({ value }) => value)

describe('the errors of a problem document', () => {
  it('are kept: location, message and value', async () => {
    const error = await failWith({
      title: 'Unprocessable Entity',
      detail: 'validation failed',
      errors: [
        { location: 'body.delay_hours', message: 'expected integer', value: 0.5 },
        { location: 'body', message: 'expected required property intent to be present', value: { user_id: 'u' } },
        { message: 'only a message' },
      ],
    })
    expect(error.problem?.errors).toMatchObject([
      { location: 'body.delay_hours', message: 'expected integer' },
      { location: 'body', message: 'expected required property intent to be present' },
      { message: 'only a message' },
    ])
    expect(valuesOf(error)).toEqual([0.5, { user_id: 'u' }, undefined])
    expect(error.message).toBe(
      'sonzai webhooks.register: The platform rejects the request as invalid (400, 422): Unprocessable Entity – validation failed ' +
        '(body.delay_hours: expected integer; body: expected required property intent to be present; only a message)',
    )
  })

  it('never show a value in what is printed', async () => {
    const sent = { webhook_url: 'https://example.com/private-token', notes: ['a payload'] }
    const error = await failWith({
      title: 'No',
      errors: [
        { location: 'body', message: 'unexpected "a payload"', value: sent },
        {
          location: 'body.webhook_url',
          message: 'https://example.com/private-token is no URL',
          value: sent.webhook_url,
        },
      ],
    })
    for (const printed of [error.message, error.stack, inspect(error, { depth: 9 }), JSON.stringify(error.problem)]) {
      expect(printed).not.toContain('private-token')
      expect(printed).not.toContain('a payload')
    }
    expect(valuesOf(error)).toEqual([sent, sent.webhook_url])
  })

  it('hold no user info of an address', async () => {
    const url = 'https://joe:hunter2@example.com/hook'
    const error = await failWith({ title: `no answer from ${url}`, errors: [{ message: 'away', value: { url } }] })
    expect(valuesOf(error)).toEqual([{ url: 'https://[redacted]@example.com/hook' }])
    expect(error.message).toContain('no answer from https://[redacted]@example.com/hook')
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2')
  })

  it('hold no credential, not even in values', async () => {
    const error = await failWith({
      errors: [
        {
          location: `body.${apiKey}`,
          message: 'Bearer mine-0123 is invalid',
          value: { auth_header: 'Bearer mine-0123', [apiKey]: [`x ${apiKey} y`, { deep: 'whsec_other' }] },
        },
      ],
    })
    const shown = inspect([error, valuesOf(error)], { depth: 9, showHidden: true })
    for (const secret of [apiKey, 'mine-0123', 'whsec_other']) expect(shown).not.toContain(secret)
    expect(valuesOf(error)).toEqual([
      { auth_header: '[redacted]', '[redacted]': ['x [redacted] y', { deep: '[redacted]' }] },
    ])
  })

  it('are bounded in number, length and depth', async () => {
    let deep: unknown = 'end'
    for (let level = 0; level < 50; level++) deep = { deep }
    const errors = Array.from({ length: 300 }, () => ({
      location: 'l'.repeat(9000),
      message: 'm'.repeat(9000),
      value: deep,
    }))
    const error = await failWith({ title: 'No', errors })
    expect(error.problem?.errors?.length).toBeLessThanOrEqual(100)
    expect(error.message.length).toBeLessThan(3000)
    expect(JSON.stringify(valuesOf(error)).length).toBeLessThan(100_000)
  })

  it.each([
    ['null', null],
    ['an object', { location: 'x' }],
    ['a list of other things', [null, 7, 'text', [], {}]],
    ['of other types', [{ location: 7, message: ['m'] }]],
  ])('are left out if they are %s', async (_name, errors) => {
    const error = await failWith({ title: 'No', errors })
    expect(error.problem).toEqual({ title: 'No' })
  })

  it('are read where they are all there is', async () => {
    const error = await failWith({ errors: [{ message: 'expected integer' }] })
    expect(error.problem).toEqual({ errors: [{ message: 'expected integer' }] })
  })

  it('are read from Invoratec alike', async () => {
    const server = await serve(() => ({ status: 400, json: { error: 'no', errors: [{ message: 'url is missing' }] } }))
    await expect(
      invoratecAt(server.url).webhooks.register({ event: 'x', url: 'https://example.com' }),
    ).rejects.toMatchObject({ problem: { detail: 'no', errors: [{ message: 'url is missing' }] } })
  })

  it('come from the sandbox as from the platform', async () => {
    const sandbox = await createSandbox()
    const client = sonzaiAt(sandbox.sonzai.url, { apiKey: sandbox.sonzai.apiKey })
    const error: unknown = await client.webhooks
      .register('agent.message', { webhookUrl: 'ftp://example.com' })
      .catch((thrown: unknown) => thrown)
    await sandbox.stop()
    if (!PlatformError.is(error)) throw new Error('no PlatformError')
    expect(error.problem?.errors).toMatchObject([{ location: 'body.webhook_url' }])
    expect(valuesOf(error)).toEqual(['ftp://example.com'])
  })
})
