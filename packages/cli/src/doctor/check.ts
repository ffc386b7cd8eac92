/** One finding of `sallyport doctor`. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'ok'
  /** Stable name of the check. */
  readonly check: string
  /** What it is about: a provider, the inbox, the clock. */
  readonly subject: string
  readonly message: string
  /** What to do; absent where all is well. */
  readonly fix?: string
}

export const ok = (check: string, subject: string, message: string): Finding => ({
  severity: 'ok',
  check,
  subject,
  message,
})

export const warning = (check: string, subject: string, message: string, fix: string): Finding => ({
  severity: 'warning',
  check,
  subject,
  message,
  fix,
})

export const error = (check: string, subject: string, message: string, fix: string): Finding => ({
  severity: 'error',
  check,
  subject,
  message,
  fix,
})
