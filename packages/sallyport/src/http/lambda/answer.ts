import { STATUS_CODES } from 'node:http'
import type { Reply } from '../../receive/reply.ts'
import type { LambdaDelivery } from './capture.ts'

/** What a function returns for an HTTP request. */
export interface LambdaAnswer {
  statusCode: number
  /** Only for a load balancer, which needs it. */
  statusDescription?: string
  /** Absent where `multiValueHeaders` is there. */
  headers?: Record<string, string>
  /** Only for a load balancer that passes multi-value headers: it reads no others. */
  multiValueHeaders?: Record<string, string[]>
  body: string
  isBase64Encoded: false
}

/** Writes a reply in the form that the source of the event reads. API Gateway answers 502 to members it does not know. */
export function toLambdaAnswer(reply: Reply, delivery: LambdaDelivery): LambdaAnswer {
  const { status } = reply
  const { connection: _hopByHop, ...headers } = reply.headers
  const isEmpty = delivery.method === 'HEAD' || status === 204 || status === 205
  const answer = { statusCode: status, body: isEmpty ? '' : reply.body, isBase64Encoded: false } as const
  if (delivery.source !== 'load balancer') return { ...answer, headers }
  const statusDescription = `${status} ${STATUS_CODES[status] ?? 'Unknown'}`
  if (!delivery.hasMultiValueHeaders) return { ...answer, statusDescription, headers }
  const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
  return { ...answer, statusDescription, multiValueHeaders }
}
