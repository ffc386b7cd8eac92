import { failOption } from '../../options/check-options.ts'
import { toHeaderList, type HeaderList } from '../../verify/header-list.ts'
import { typeOf } from '../../verify/identify.ts'
import type { JsonObject } from '../../verify/decode.ts'
import type { Identity, Provider } from '../../verify/provider.ts'
import type { StandardResult } from '../../verify/standard-schema.ts'
import { claimHeader } from './claim-header.ts'
import type { SignedHeader } from './signed-headers.ts'
import { withBodyTime } from './write-time.ts'

/**
 * A body for a provider without fixtures: the members that most senders have, and the time where the scheme reads it. What
 * `identify` and the schema need beyond that is code, so both are asked whether it will do.
 *
 * @throws SallyportError `OPTION_INVALID`, naming what is missing, where they do not take it
 */
export function makeBody(
  provider: Provider,
  { type, id, now }: { readonly type: string; readonly id: string; readonly now: number },
  headers: ReadonlyMap<string, SignedHeader>,
): JsonObject {
  const timestamp = new Date(now).toISOString()
  const common = { id, type, event: type, event_type: type, timestamp, data: {} }
  const body = withBodyTime(provider.scheme, common, now, true)
  const unsigned = toHeaderList(claimHeader(provider, body, type))
  const identity = identifyBody(provider, body, unsigned, (name) => {
    const header = headers.get(name.toLowerCase())
    return header && (header.role === 'type' ? type : header.role === 'id' ? id : 'any')
  })
  if (identity === undefined || typeOf(identity) !== type)
    fail(`made-up data is not an event "${type}" to its identify`)
  const missing = findProblems(provider, type, identity.data)
  if (missing !== undefined) fail(`the schema of "${type}" does not take made-up data${missing}`)
  return body

  function fail(reason: string): never {
    failOption(
      `signDelivery for ${provider.name}: body is missing; there is no fixture of it, and ${reason}; pass the whole body as ` +
        'the sender writes it, as an object, text or bytes',
    )
  }
}

function identifyBody(
  { identify }: Provider,
  body: JsonObject,
  unsignedHeaders: HeaderList,
  signedHeader: (name: string) => string | undefined,
): Identity | undefined {
  try {
    const identity = identify({ body, unsignedBody: body, signedHeader, unsignedHeaders })
    return 'code' in identity ? undefined : identity
  } catch {
    return undefined
  }
}

/** Where the schema finds fault, in words; `undefined` where it finds none, or only tells later. */
function findProblems({ events }: Provider, type: string, data: unknown): string | undefined {
  const schema = Object.hasOwn(events, type) ? events[type] : undefined
  if (schema === undefined) return undefined
  let result: StandardResult<unknown> | Promise<StandardResult<unknown>>
  try {
    result = schema['~standard'].validate(data)
  } catch {
    return ''
  }
  if (result instanceof Promise) {
    result.catch(() => {})
    return undefined
  }
  if (result.issues === undefined) return undefined
  const paths = result.issues.map(({ path = [] }) =>
    path.map((step) => (typeof step === 'object' ? String(step.key) : String(step))).join('.'),
  )
  const named = [...new Set(paths.filter((path) => path !== ''))].slice(0, 5)
  return named.length === 0 ? '' : `, which lacks ${named.join(', ')}`
}
