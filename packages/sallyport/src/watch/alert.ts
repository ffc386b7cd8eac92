/** What an alert is about; `store` is raised whatever the rules are. */
export type AlertRule =
  | 'silent'
  | 'silent-against-past'
  | 'signature-failures'
  | 'oldest-waiting'
  | 'dead-letters'
  | 'replay-guard'
  | 'space'
  | 'secret-ends'
  | 'store'

/** Something that is wrong. Never holds a payload, a signature or a secret. */
export interface Alert {
  /** The same in both notices of the alert, and in no other. */
  readonly id: string
  readonly rule: AlertRule
  /** The provider, or the store. */
  readonly subject: string
  /** The alert in a sentence. */
  readonly text: string
  /** What was measured when it was raised: milliseconds, a count, a share or bytes, as its rule has it. */
  readonly value: number
  /** What it was compared with. */
  readonly limit: number
  /** Milliseconds since 1970. */
  readonly raisedAt: number
}

/** What is sent when an alert is raised, and when it is cleared. */
export interface AlertNotice {
  /** The same however often it is sent. */
  readonly id: string
  readonly type: 'sallyport.alert.raised' | 'sallyport.alert.cleared'
  /** When that was; milliseconds since 1970. */
  readonly at: number
  /** Name of the watch. */
  readonly watch: string
  readonly alert: Alert
}

/** The first line of a notice for people. */
export function toHeadline({ type, alert, at }: AlertNotice): string {
  if (type === 'sallyport.alert.raised') return `Raised: ${alert.text}`
  return `Cleared after ${toDuration(at - alert.raisedAt)}: ${alert.text}`
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** A duration in words, in its largest unit. */
export function toDuration(ms: number): string {
  const [unit, size] = units.find(([, each]) => ms >= each) ?? (['second', 1_000] as const)
  const count = Math.floor(Math.max(0, ms) / size)
  return `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`
}

/** A count with its noun. */
export function toCounted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

/** A share as a percentage. */
export const toPercent = (share: number): string =>
  `${(share * 100).toLocaleString('en', { maximumFractionDigits: 1 })} %`
