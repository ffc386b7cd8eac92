import { expect } from 'vitest'
import type { ErrorCode } from 'sallyport'
import type { SignedDelivery } from 'sallyport/testing'
import { sonzaiDelivery } from './deliveries.ts'
import { expectNothingLeaked, expectProblem } from './problem-document.ts'
import { rawHead, rawRequest, type RawRequest } from './raw-request.ts'
import { refusals, senderRefusals, type Refusal } from './refusals.ts'
import type { Suite } from './suite.ts'

// These are answered after a handler ran.
const afterHandler: readonly string[] = ['DELIVERY_REJECTED', 'HANDLER_FAILED', 'HANDLER_TIMEOUT']
const rejection = { status: 409, detail: 'The shop is closed.' }

/** Each code a sender can get: what the answer says and hides, and that the connection still serves the next delivery. */
export function checkEveryRefusal(suite: Suite): void {
  check(suite, refusals)
}

/** The same for the codes of several senders at one endpoint. */
export function checkSenderRefusals(suite: Suite): void {
  check(suite, senderRefusals)
}

function check({ it, open }: Suite, rows: Readonly<Partial<Record<ErrorCode, Refusal>>>): void {
  for (const [name, refusal] of Object.entries(rows)) {
    const code = name as ErrorCode
    const { settings, refused, early = false, accepted = () => sonzaiDelivery() } = refusal

    it(`answers ${code}, then the next delivery`, async () => {
      const endpoint = await open(settings?.())
      const connection = await endpoint.connect()
      const delivery = refused()
      connection.send(rawRequest(toRaw(delivery, endpoint.url), delivery.body))
      const response = await connection.read()
      expectProblem(response, code, code === 'DELIVERY_REJECTED' ? rejection : {})
      expectNothingLeaked(response, delivery)
      expect(endpoint.handled).toHaveLength(afterHandler.includes(code) ? 1 : 0)
      expect(endpoint.reports.map((report) => report.code)).toEqual([code])
      const next = accepted()
      connection.send(rawRequest(toRaw(next, endpoint.url), next.body))
      expect((await connection.read()).status).toBe(200)
    })

    if (!early) continue
    it(`answers ${code} before the body arrives`, async () => {
      const endpoint = await open(settings?.())
      const connection = await endpoint.connect()
      const delivery = refused()
      connection.send(rawHead(toRaw(delivery, endpoint.url), delivery.body.length))
      expectProblem(await connection.read(), code)
      expect(endpoint.handled).toHaveLength(0)
    })

    it(`answers the next delivery after an early ${code}`, async () => {
      const endpoint = await open(settings?.())
      const connection = await endpoint.connect()
      const delivery = refused()
      connection.send(rawHead(toRaw(delivery, endpoint.url), delivery.body.length))
      expect((await connection.read()).status).toBeGreaterThanOrEqual(400)
      const next = accepted()
      connection.send(delivery.body, rawRequest(toRaw(next, endpoint.url), next.body))
      expect((await connection.read()).status).toBe(200)
      expect(endpoint.handled).toHaveLength(1)
    })
  }
}

function toRaw({ method, plainHeaders }: SignedDelivery, url: string): RawRequest {
  return { method, url, headers: plainHeaders }
}
