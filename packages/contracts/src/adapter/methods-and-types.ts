import { expect } from 'vitest'
import { sonzaiDelivery } from './deliveries.ts'
import { expectProblem } from './problem-document.ts'
import { rawHead, rawRequest } from './raw-request.ts'
import { providers } from './providers.ts'
import type { Suite } from './suite.ts'

const accepted = [
  'application/json',
  'Application/JSON; Charset=UTF-8',
  'application/json;charset="utf-8"',
  'application/cloudevents+json; charset=utf-8',
]
const refused = [
  'text/plain',
  'text/json',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'application/jsonp',
  'nonsense',
  'application/',
  '/json',
  'application/json/more',
]

/** Only POST and only JSON. The receiver, not the host, answers everything else. */
export function checkMethodsAndTypes({ it, open }: Suite): void {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']) {
    it(`answers ${method} with 405`, async () => {
      const endpoint = await open()
      const connection = await endpoint.connect()
      connection.send(rawHead({ method, url: endpoint.url, headers: {} }, 'none'))
      const response = await connection.read(method)
      if (method === 'HEAD') {
        expect(response).toMatchObject({ status: 405, body: Buffer.alloc(0) })
        expect(response.headers.get('allow')).toBe('POST')
      } else expectProblem(response, 'METHOD_NOT_ALLOWED')
      const next = sonzaiDelivery()
      connection.send(rawRequest({ url: endpoint.url, headers: next.plainHeaders }, next.body))
      expect((await connection.read()).status).toBe(200)
    })
  }

  it('answers a PUT with a body and no content type with 405', async () => {
    const endpoint = await open()
    const connection = await endpoint.connect()
    connection.send(rawRequest({ method: 'PUT', url: endpoint.url, headers: {} }, Buffer.from('x')))
    expectProblem(await connection.read(), 'METHOD_NOT_ALLOWED')
  })

  for (const type of accepted) {
    it(`accepts content type ${type}`, async () => {
      const endpoint = await open()
      await endpoint.post(sonzaiDelivery({ headers: { 'content-type': type } })).expect(200)
    })
  }

  it('reads a form where the provider takes one, whatever its content type', async () => {
    const endpoint = await open({ provider: providers.withForms })
    for (const type of ['application/x-www-form-urlencoded; charset=UTF-8', 'application/json']) {
      const body = new URLSearchParams({ event_type: 'agent.message', number: type })
      await endpoint.post(sonzaiDelivery({ body, headers: { 'content-type': type } })).expect(200)
    }
    expect(endpoint.handled).toHaveLength(2)
  })

  for (const type of [...refused, '', undefined]) {
    it(`rejects content type ${type === undefined ? '(none)' : JSON.stringify(type)}`, async () => {
      const endpoint = await open()
      const { plainHeaders, body } = sonzaiDelivery({ headers: { 'content-type': type } })
      const connection = await endpoint.connect()
      connection.send(rawRequest({ url: endpoint.url, headers: plainHeaders }, body))
      expectProblem(await connection.read(), 'CONTENT_TYPE_UNSUPPORTED')
      expect(endpoint.reports.map(({ code }) => code)).toEqual(['CONTENT_TYPE_UNSUPPORTED'])
      const next = sonzaiDelivery()
      connection.send(rawRequest({ url: endpoint.url, headers: next.plainHeaders }, next.body))
      expect((await connection.read()).status).toBe(200)
    })
  }
}
