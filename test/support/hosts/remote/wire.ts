import { createReply, RejectError, SallyportError, type ErrorCode, type Reply } from 'sallyport'
import { HeaderList, toHeaderList } from 'sallyport/provider'

/** What JSON cannot say, as a tagged object. */
type Tag =
  | '$bytes'
  | '$call'
  | '$code'
  | '$date'
  | '$error'
  | '$headers'
  | '$reject'
  | '$reply'
  | '$signal'
  | '$undefined'
type Tagged = Partial<Record<Tag, unknown>>

/** How a side of the wire passes what lives on. */
export interface Living {
  /** Names a function, or makes one that calls it on the other side. */
  readonly toFunction: (name: string) => (...args: readonly unknown[]) => unknown
  /** Names a signal, or makes one that is aborted with it. */
  readonly fromSignal: (signal: AbortSignal) => string
  readonly toSignal: (id: string) => AbortSignal
}

/** A value as JSON. Functions become their path, such as `replayGuard.claim`. */
export function encode(value: unknown, living: Pick<Living, 'fromSignal'>, path = ''): unknown {
  if (value === undefined) return { $undefined: true }
  if (typeof value === 'function') return { $call: path }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  if (value instanceof Date) return { $date: value.toISOString() }
  if (value instanceof AbortSignal) return { $signal: living.fromSignal(value) }
  if (value instanceof HeaderList) return { $headers: [...value] }
  if (RejectError.is(value)) return { $reject: { reason: value.reason, status: value.status } }
  if (SallyportError.is(value)) return { $error: value.message, $code: value.code }
  if (value instanceof Error) return { $error: value.message }
  if (isReply(value)) return { $reply: { status: value.status, body: value.body } }
  if (Array.isArray(value)) return value.map((each, index) => encode(each, living, join(path, String(index))))
  return Object.fromEntries(listMembers(value).map(([name, each]) => [name, encode(each, living, join(path, name))]))
}

/** The value behind JSON that `encode` made. */
export function decode(value: unknown, living: Pick<Living, 'toFunction' | 'toSignal'>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each) => decode(each, living))
  const { $bytes, $call, $code, $date, $error, $headers, $reject, $reply, $signal, $undefined }: Tagged = value
  if ($undefined !== undefined) return undefined
  if ($call !== undefined) return living.toFunction($call as string)
  if ($bytes !== undefined) return new Uint8Array(Buffer.from($bytes as string, 'base64'))
  if ($date !== undefined) return new Date($date as string)
  if ($signal !== undefined) return living.toSignal($signal as string)
  if ($headers !== undefined) return toHeaderList($headers as [string, string][])
  if ($error !== undefined)
    return $code === undefined ? new Error($error as string) : new SallyportError($code as ErrorCode, $error as string)
  if ($reject !== undefined) {
    const { reason, status } = $reject as { reason: string; status: number }
    return new RejectError(reason, { status })
  }
  if ($reply !== undefined) {
    const { status, body } = $reply as { status: number; body: string }
    return createReply({ status, body: body === '' ? undefined : JSON.parse(body) })
  }
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, decode(each, living)]))
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

function isReply(value: object): value is Reply {
  return 'outcome' in value && 'status' in value && 'headers' in value && 'body' in value
}

/** Getters of classes too, as of a handler's context. */
function listMembers(value: object): (readonly [string, unknown])[] {
  const own = Object.entries(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return own
  const getters = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(([, { get }]) => get !== undefined)
  return [...own, ...getters.map(([name]) => [name, (value as Record<string, unknown>)[name]] as const)]
}
