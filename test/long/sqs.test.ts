import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { secrets } from '../support/examples/environment.ts'
import { bundleProgram, createHostFolder, type HostFolder } from '../support/hosts/start-program.ts'

const secret = secrets.SONZAI_WEBHOOK_SECRET

/** A stub of the service; the client is Amazon's. It answers as SendMessage of the JSON protocol does, or not. */
const sent: { target: string | undefined; body: { QueueUrl?: string; MessageBody?: string } }[] = []
let isDown = false
const service = createServer(async (request, response) => {
  const target = request.headers['x-amz-target'] as string | undefined
  const body = (await json(request)) as (typeof sent)[number]['body']
  if (isDown) return void response.writeHead(400).end('{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}')
  sent.push({ target, body })
  // The client compares it.
  const MD5OfMessageBody = createHash('md5').update(body.MessageBody!).digest('hex')
  response.setHeader('content-type', 'application/x-amz-json-1.0')
  response.end(JSON.stringify({ MessageId: '1', MD5OfMessageBody }))
})

describe('examples/sqs/receive.ts, with the client of SQS and a stub of the service', () => {
  let host: HostFolder
  let env: Record<string, string>

  beforeAll(async () => {
    host = await createHostFolder('sqs')
    const code = `
      import { handler } from './examples/sqs/receive.ts'
      console.log(JSON.stringify(await handler(JSON.parse(process.argv[2]!))))`
    host.write('main.mjs', await bundleProgram(code, ['@aws-sdk/*']))
    service.listen(0, '127.0.0.1')
    await once(service, 'listening')
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
    env = {
      SONZAI_WEBHOOK_SECRET: secret,
      QUEUE_URL: `${url}/123456789012/events`,
      AWS_ENDPOINT_URL_SQS: url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'not-a-key',
      AWS_MAX_ATTEMPTS: '1',
    }
  }, 300_000)
  afterAll(() => {
    service.close()
    host.remove()
  })

  async function receive(): Promise<unknown> {
    const { plainHeaders: headers, body } = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })
    const requestContext = { http: { method: 'POST' } }
    const event = { version: '2.0', rawPath: '/', rawQueryString: '', headers, requestContext }
    const parameter = JSON.stringify({ ...event, body: Buffer.from(body).toString() })
    const options = { cwd: host.folder, env: { ...process.env, ...env } }
    const { stdout } = await promisify(execFile)(process.execPath, ['main.mjs', parameter], options)
    return JSON.parse(stdout)
  }

  it('answers 202 once the service has the event', async () => {
    expect(await receive()).toMatchObject({ statusCode: 202 })
    expect(sent).toEqual([
      {
        target: 'AmazonSQS.SendMessage',
        body: { QueueUrl: env['QUEUE_URL'], MessageBody: expect.any(String) as string },
      },
    ])
  })

  it('answers 500 where the service does not take it', async () => {
    isDown = true
    expect(await receive()).toMatchObject({ statusCode: 500 })
    expect(sent).toHaveLength(1)
  })
})
