import type { DeliveryReport } from './report.ts'

/** What is learnt about a delivery on its way. */
export interface Facts {
  /** Becomes part of the delivery's report. */
  readonly known: { -readonly [Name in keyof DeliveryReport]?: DeliveryReport[Name] }
  /** The error behind a failure on our side. */
  error?: unknown
  /** Set once the sender has its answer; what fails later is told at once. */
  isAnswered: boolean
}
