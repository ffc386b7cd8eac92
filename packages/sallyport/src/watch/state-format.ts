import { allow } from '../options/allow.ts'
import type { WatchState } from './state.ts'

type Is = (value: unknown) => boolean

const isText: Is = (value) => typeof value === 'string'
const isNumber: Is = (value) => Number.isFinite(value)
const isTime: Is = (value) => isNumber(value) && Math.abs(value as number) <= 8.64e15
const isOptional =
  (is: Is): Is =>
  (value) =>
    value === undefined || is(value)
const isListOf =
  (is: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(is)
const isRecordOf =
  (is: Is): Is =>
  (value) =>
    allow.record.accepts(value) && Object.values(value as object).every(is)
const isShape =
  (members: Readonly<Record<string, Is>>): Is =>
  (value) =>
    allow.record.accepts(value) &&
    Object.entries(members).every(([name, is]) => is((value as Record<string, unknown>)[name]))

const alert = {
  id: isText,
  rule: isText,
  subject: isText,
  text: isText,
  value: isNumber,
  limit: isNumber,
  raisedAt: isTime,
}
const numbers = isRecordOf(isNumber)

const isState = isShape({
  format: (value) => value === 1,
  alerts: isListOf(isShape({ ...alert, scope: isText, underSince: isOptional(isTime) })),
  notices: isListOf(
    isShape({
      id: isText,
      type: (value) => value === 'sallyport.alert.raised' || value === 'sallyport.alert.cleared',
      at: isTime,
      watch: isText,
      alert: isShape(alert),
      unsent: isListOf(isText),
      holder: isText,
      heldUntil: isNumber,
    }),
  ),
  reports: isRecordOf(
    isShape({
      at: isTime,
      failures: numbers,
      guards: numbers,
      unknownGuards: isOptional(isListOf(isText)),
      ends: isRecordOf(isTime),
      scopes: isListOf(isText),
    }),
  ),
  lastAt: isRecordOf(isTime),
  since: isTime,
})

/** Reads a state that was written as JSON; `undefined` where it is none, or one of another version. */
export function readState(text: string): WatchState | undefined {
  try {
    const state: unknown = JSON.parse(text)
    return isState(state) ? (state as WatchState) : undefined
  } catch {
    return undefined
  }
}
