import { createReceiver } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'

const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

interface HttpEvent {
  rawPath: string
  rawQueryString: string
  headers: Record<string, string | undefined>
  body?: string
  isBase64Encoded: boolean
  requestContext: { http: { method: string; sourceIp: string } }
}

export async function handler(event: HttpEvent) {
  const { rawPath, rawQueryString, headers, body = '', isBase64Encoded, requestContext } = event
  const reply = await receiver.receive({
    method: requestContext.http.method,
    url: rawQueryString === '' ? rawPath : `${rawPath}?${rawQueryString}`,
    headers,
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
    remoteAddress: requestContext.http.sourceIp,
  })
  return { statusCode: reply.status, headers: reply.headers, body: reply.body }
}
