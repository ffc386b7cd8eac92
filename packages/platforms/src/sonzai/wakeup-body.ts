import { PlatformError } from '../platform-error.ts'

/** When and why an agent should contact a user: one time, and one intent. */
export type WakeupOptions = {
  readonly userId: string
  /** The kind of wakeup, in the platform's words. @default 'interest_followup' */
  readonly checkType?: string | undefined
  /** A hint at the occasion, in words, such as `their 30th birthday`. */
  readonly occasion?: string | undefined
  /** A topic the user mentioned that is worth coming back to. */
  readonly interestTopic?: string | undefined
  /** What happened that is the reason for the wakeup. */
  readonly eventDescription?: string | undefined
} & (
  | { /** RFC 3339, or a `Date`. */ readonly scheduledAt: Date | string; readonly delayHours?: undefined }
  | { readonly scheduledAt?: undefined; /** Whole hours from now. */ readonly delayHours: number }
) &
  (
    | { /** The reason, in words. */ readonly intent: string; readonly context?: undefined }
    | { readonly intent?: undefined; /** Sent as the intent: the name the documents use. */ readonly context: string }
  )

// The platform requires one and names none; this is the one its own demo schedules (sonzai-python, read 29 November 2026).
const defaultCheckType = 'interest_followup'
const hourMs = 3_600_000

/**
 * Converts options to the request: `delay_hours` is required in whole hours even beside the `scheduled_at` that overrides it.
 *
 * @throws PlatformError `PLATFORM_OPTION_INVALID`
 */
export function toWakeupBody(options: WakeupOptions, now: number): Readonly<Record<string, unknown>> {
  const { userId, checkType = defaultCheckType, occasion, interestTopic, eventDescription } = options
  return {
    user_id: userId,
    check_type: checkType,
    intent: toIntent(options),
    ...toTime(options, now),
    occasion,
    interest_topic: interestTopic,
    event_description: eventDescription,
  }
}

function toIntent({ intent, context }: WakeupOptions): string {
  if ((intent === undefined) === (context === undefined)) throw invalid('pass either intent or context')
  const text = intent ?? context
  if (typeof text !== 'string') throw invalid('the intent must be text')
  return text
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/

function toTime({ scheduledAt, delayHours }: WakeupOptions, now: number): Readonly<Record<string, unknown>> {
  if ((scheduledAt === undefined) === (delayHours === undefined)) throw invalid('pass either scheduledAt or delayHours')
  if (delayHours !== undefined) {
    if (Number.isSafeInteger(delayHours) && delayHours >= 0) return { delay_hours: delayHours }
    throw invalid('delayHours must be whole hours from 0; pass scheduledAt for any other time')
  }
  const text = scheduledAt instanceof Date ? toText(scheduledAt) : scheduledAt
  const time = text !== undefined && rfc3339.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw invalid('scheduledAt must be an RFC 3339 time with a time zone')
  return { delay_hours: Math.max(0, Math.ceil((time - now) / hourMs)), scheduled_at: text }
}

function toText(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

function invalid(detail: string): PlatformError {
  return new PlatformError('PLATFORM_OPTION_INVALID', {
    platform: 'sonzai',
    operation: 'agents.scheduleWakeup',
    detail,
  })
}
