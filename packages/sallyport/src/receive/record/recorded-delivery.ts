import { clip, clipVisible } from '../../errors/visible-text.ts'
import type { ErrorCode } from '../../errors/error-codes.ts'
import type { DeliveryReport, RecordMessage } from '../report.ts'

/**
 * A delivery as a record keeps it: no body, no signature, no secret, no value of a header. Texts are cut after 64 or 128
 * characters, and made visible: they cannot steer a terminal.
 */
export interface RecordedDelivery extends Omit<DeliveryReport, 'receivedAt' | 'durationMs' | 'issues'> {
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  /** Milliseconds from arrival to answer. */
  readonly durationMs?: number | undefined
}

/** A delivery that was answered with 4xx or 5xx. */
export interface RecordedRefusal extends RecordedDelivery {
  readonly code: ErrorCode
  /**
   * Names of the headers in lower case, in the order of arrival; repeated ones too. The first 64, each cut after 80 characters,
   * together at most 1,024 characters; what is not printable ASCII is `?`.
   */
  readonly headerNames: readonly string[]
  /** How many headers arrived. */
  readonly headerCount: number
}

/** A delivery in a store of the record. */
export interface Kept {
  /** 1 for the first that the record took. */
  readonly order: number
  readonly delivery: RecordedDelivery
  /** Header names of a refusal, one a line: one text takes less memory than a list. */
  readonly headerNames: string
  readonly headerCount: number
  /** What it counts for in a limit of memory. */
  readonly bytes: number
}

/** What one delivery counts for beside its texts: its objects, numbers, and places in lists. */
export const overheadBytes = 512

const shortText = 64
const longText = 128
const mostNames = 64
const longestName = 80
const mostNameCharacters = 1_024

// RFC 9110, section 5.1: a name is printable ASCII; hosts refuse others.
const notPrintable = /[^!-~]/g

/**
 * What is kept of a delivery.
 *
 * @param at used where the report has no time; milliseconds since 1970
 */
export function toKept({ report, headerNames: names }: RecordMessage, order: number, at: number): Kept {
  const receivedAt = report.receivedAt?.getTime?.()
  const delivery: RecordedDelivery = {
    provider: toText(report.provider, shortText) ?? '',
    outcome: report.outcome,
    status: report.status,
    code: report.code,
    keyId: toText(report.keyId, shortText),
    tenant: toText(report.tenant, shortText),
    eventType: toText(report.eventType, longText),
    eventId: toText(report.eventId, longText),
    remoteAddress: toText(report.remoteAddress, shortText),
    contentLength: toNumber(report.contentLength),
    bodyBytes: toNumber(report.bodyBytes),
    receivedAt: toNumber(receivedAt) ?? at,
    durationMs: toNumber(report.durationMs),
  }
  const headerNames = joinNames(names)
  return { order, delivery, headerNames, headerCount: names.length, bytes: countBytes(delivery, headerNames) }
}

/** What a user reads of a refusal. */
export function toRefusal({ delivery, headerNames, headerCount }: Kept): RecordedRefusal {
  const { code } = delivery
  return { ...delivery, code: code!, headerNames: headerNames === '' ? [] : headerNames.split('\n'), headerCount }
}

/** Bytes a delivery counts for: two per character, and the overhead. */
function countBytes(delivery: RecordedDelivery, headerNames: string): number {
  const { provider, keyId, tenant, eventType, eventId, remoteAddress } = delivery
  const texts = [provider, keyId, tenant, eventType, eventId, remoteAddress, headerNames]
  return overheadBytes + 2 * texts.reduce((sum, text) => sum + (text?.length ?? 0), 0)
}

function joinNames(names: readonly string[]): string {
  let joined = ''
  for (const name of names.slice(0, mostNames)) {
    // No name has a line end, then. Faster than `toVisible`, and strangers choose these names.
    const cut = name.slice(0, longestName).replaceAll(notPrintable, '?').toLowerCase()
    const shown = clip(cut, longestName, name.length - cut.length)
    if (joined.length + shown.length >= mostNameCharacters) break
    joined += joined === '' ? shown : `\n${shown}`
  }
  return detach(joined)
}

function toText(value: unknown, most: number): string | undefined {
  return typeof value === 'string' ? detach(clipVisible(value, most)) : undefined
}

function toNumber(value: unknown): number | undefined {
  return Number.isFinite(value) ? (value as number) : undefined
}

// A part of a text keeps the whole of it in memory (V8's sliced strings); a copy does not.
function detach(text: string): string {
  return Buffer.from(text).toString()
}
