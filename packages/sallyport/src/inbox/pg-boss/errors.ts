import { InboxError } from '../inbox-error.ts'

const diskFull = '53100'

// Classes of SQLSTATE that are about what was sent or whom it met, not about whether the database is there: data,
// integrity, transactions that met others, limits of the program, locks.
const aboutContent = /^(22|23|40|54|55)/

/** The code PostgreSQL, or the system under the connection, gave an error. */
function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}

/** Says what failed in the words of this package. PostgreSQL's own words may quote rows, so only its code is shown. */
export function toInboxError(error: unknown): InboxError {
  if (InboxError.is(error)) return error
  const code = codeOf(error)
  const detail = code === undefined ? 'PostgreSQL did not answer' : `PostgreSQL: ${code}`
  return new InboxError(code === diskFull ? 'INBOX_FULL' : 'INBOX_UNAVAILABLE', detail, { cause: error })
}

/** Whether a single event may have failed the batch, so that each event is worth a separate write. */
export function isAboutContent(error: unknown): boolean {
  return InboxError.is(error) && aboutContent.test(codeOf(error.cause) ?? '')
}
