import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { signDelivery } from 'sallyport/testing'
import { makeBody } from './bodies.ts'
import { eventType, path, secret } from './http-apps.ts'

/** Approximate length of bodies sent over HTTP or stored. */
export const bodyBytes = 1_000

/** Makes that many requests, each of them new. */
export type Prepare = (count: number) => Buffer[]

/** Signs deliveries ahead of time, each with its own id: a repeated id would be a duplicate. @param prefix of the ids */
export function createPreparation(prefix = 'msg'): Prepare {
  const provider = standardWebhooks({ events: {} })
  let made = 0

  return (count) => Array.from({ length: count }, () => prepareOne(`${prefix}_${made++}`))

  function prepareOne(id: string): Buffer {
    const body = makeBody({ id, now: new Date(), type: eventType }, bodyBytes)
    const { plainHeaders } = signDelivery(provider, { secret, type: eventType, id, body })
    const headers = {
      Host: 'hooks.example.com',
      'User-Agent': 'Webhook-Sender/1.0',
      Accept: '*/*',
      'Accept-Encoding': 'gzip, deflate, br',
      ...plainHeaders,
      'Content-Length': String(body.length),
      'X-Forwarded-For': '203.0.113.7',
      'X-Forwarded-Proto': 'https',
    }
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${head.join('')}\r\n`, 'latin1'), body])
  }
}
