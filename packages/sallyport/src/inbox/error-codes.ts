/** Every code this package fails with, and what it means. */
export const inboxErrorCodes = {
  INBOX_SETTINGS_WEAK: 'The store is set up to keep less than an inbox promises',
  INBOX_UNSUPPORTED: 'The store is too old, or cannot keep an option that was asked for',
  INBOX_MISSING: 'There is no inbox at this place',
  INBOX_LOCKED: 'Another process works on this inbox',
  INBOX_SCHEMA_NEWER: 'The store was written by a newer version of this package',
  INBOX_UNAVAILABLE: 'The store cannot be reached or written',
  INBOX_FULL: 'The store is as large as it may become',
  INBOX_TIMEOUT: 'The store did not answer in time',
  INBOX_STOPPED: 'The inbox is stopped',
  INBOX_OPTION_INVALID: 'An option of the inbox is invalid',
} as const satisfies Record<string, string>

/** A stable code of this package; see `docs/errors.md`. */
export type InboxErrorCode = keyof typeof inboxErrorCodes
