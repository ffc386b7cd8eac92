import type { ErrorCode } from '../errors/error-codes.ts'

/** A failed check: the code says why. A value, not an exception. */
export interface Refusal {
  readonly ok: false
  readonly code: ErrorCode
  /** What happened and where, for operators; never a secret or a payload. */
  readonly detail?: string | undefined
}

/** Outcome of authentication: which key matched, or why none did. */
export type Verdict = { readonly ok: true; readonly keyId: string } | Refusal

/** Makes a refusal. */
export function refuse(code: ErrorCode, detail?: string): Refusal {
  return detail === undefined ? { ok: false, code } : { ok: false, code, detail }
}

/** Whether the result of a check is a refusal. */
export function isRefusal(value: object): value is Refusal {
  return (value as { ok?: unknown }).ok === false && 'code' in value
}

/** Whether `await` waits for a value: also a promise of another realm, or a function with a `then`, as RPC libraries make them. */
export function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  const mayBe = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return mayBe && typeof (value as Partial<Promise<Value>>).then === 'function'
}
