/** One finding of `sallyport doctor`. */
export interface Finding {
  /** `skipped`: there was nothing to check, or it cannot be checked. */
  readonly severity: 'error' | 'warning' | 'ok' | 'skipped'
  /** Stable name of the check. */
  readonly check: string
  /** What was checked: a provider, the inbox, the clock. */
  readonly subject: string
  readonly message: string
  /** What to do; absent if the check passed. */
  readonly fix?: string | undefined
}

export const ok = (check: string, subject: string, message: string): Finding => ({
  severity: 'ok',
  check,
  subject,
  message,
})

export const skipped = (check: string, subject: string, message: string): Finding => ({
  severity: 'skipped',
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
