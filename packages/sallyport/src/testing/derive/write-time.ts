import type { JsonObject } from '../../verify/decode.ts'
import type { TimestampUnit } from '../../verify/freshness.ts'
import { isForm } from './form-body.ts'
import type { Scheme } from '../../verify/schemes/scheme.ts'

/** A time as a sender writes it: a number of seconds or milliseconds, or RFC 3339. */
export function writeTime(at: number, unit: TimestampUnit): number | string {
  if (unit === 'iso') return new Date(at).toISOString()
  return unit === 'seconds' ? Math.floor(at / 1000) : Math.floor(at)
}

/**
 * A copy of a body with the time of signing where the scheme reads it from the body.
 *
 * @param replaces whether a time that is there already is replaced
 */
export function withBodyTime(scheme: Scheme, body: JsonObject, at: number, replaces: boolean): JsonObject {
  return [scheme, ...(scheme.alternatives ?? [])].reduce((changed, { freshness }) => {
    if (freshness.from !== 'body') return changed
    return withMember(changed, freshness.path, writeTime(at, freshness.unit), replaces)
  }, body)
}

function withMember(
  object: JsonObject,
  [name = '', ...rest]: readonly string[],
  value: number | string,
  replaces: boolean,
): JsonObject {
  const inner = Object.hasOwn(object, name) ? object[name] : undefined
  if (rest.length === 0) return inner !== undefined && !replaces ? object : { ...object, [name]: value }
  if (inner !== undefined && !isObject(inner)) return object
  return { ...object, [name]: withMember(inner ?? {}, rest, value, replaces) }
}

/** Whether a value is an object of JSON, and no list. */
export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value) && !isForm(value)
  )
}
