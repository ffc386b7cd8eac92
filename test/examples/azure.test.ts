import { app, HttpRequest, HttpResponse, type HttpFunctionOptions, type InvocationContext } from '@azure/functions'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { secrets } from '../support/examples/environment.ts'

const secret = secrets.SONZAI_WEBHOOK_SECRET

// The library is Microsoft's; its host, which calls the function, is no package of npm.
describe('examples/azure.ts', () => {
  let options: HttpFunctionOptions

  beforeAll(async () => {
    vi.stubEnv('SONZAI_WEBHOOK_SECRET', secret)
    vi.spyOn(console, 'log').mockImplementation(() => {})
    const register = vi.spyOn(app, 'http').mockImplementation(() => {})
    await import('../../examples/azure.ts')
    options = register.mock.calls[0]![1]
  })

  /** Calls the function as the host does: with the library's request, and the answer made the library's. */
  async function call(signed: Partial<SignOptions>, bytes?: Uint8Array): Promise<HttpResponse> {
    const { plainHeaders: headers, body } = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready', ...signed })
    const url = 'https://events.azurewebsites.net/api/webhooks/sonzai'
    const request = new HttpRequest({ method: 'POST', url, headers, body: { bytes: bytes ?? body } })
    const answer = await options.handler(request, {} as InvocationContext)
    return answer instanceof HttpResponse ? answer : new HttpResponse(answer)
  }

  it('takes POST, for everybody', () => {
    expect(options).toMatchObject({ methods: ['POST'], authLevel: 'anonymous', route: 'webhooks/sonzai' })
  })

  it('handles a delivery over its exact bytes', async () => {
    const response = await call({
      body: '\ufeff{"event_type":"on_wakeup_ready","agent_id":"a","generated_message":"ü 🌸"}\r\n',
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ outcome: 'handled' })
  })

  it('rejects a forged one', async () => {
    const response = await call({ secret: 'guessed' })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    expect((await call({}, Buffer.from('{"event_type":"on_wakeup_ready"}'))).status).toBe(401)
  })
})
