import type { SonzaiClient } from '@sallyport/platforms'
import * as z from 'zod'

/** Names to call with; the sandbox's test has them, the client's makes them awkward. */
export interface Names {
  readonly projectId: string
  readonly eventType: string
  readonly agentId: string
  readonly messageId: string
  /** Of the second page of attempts. */
  readonly cursor: string
}

/** What one of the public SDKs sends, where it differs from the document or is worth holding fast. */
export interface SdkRequest {
  readonly sdk: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** One documented call. */
export interface DocumentedCall {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly query: z.ZodObject
  /** `undefined` where the document has no request body. */
  readonly body?: z.ZodObject | undefined
  readonly status: 200 | 204
  readonly answer?: z.ZodType | undefined
  /** The methods of our client that make it: with as little as they take, and with everything. */
  readonly ours: Readonly<Record<string, readonly [least: Made, most: Made]>>
  readonly sdks?: readonly SdkRequest[]
}

type Made = (client: SonzaiClient, names: Names) => Promise<unknown>

/** A whole number within bounds, or left out. */
export const wholeUpTo = (most: number) => z.int().min(1).max(most).optional()

export const noQuery = z.strictObject({})
