import { tryRead } from '../errors/sallyport-error.ts'
import { clip } from '../errors/visible-text.ts'

// A message may be a whole response.
const longestRead = 2_000
const longestText = 200
const address = /\b([a-z][a-z\d+.-]*:\/\/)(?:[^\s/?#"'<>]*@)?([^\s/?#"'<>]*)[^\s"'<>]*/gi

/** The message of an error that is not ours. Of an address only the host is left: the rest may be a credential, as with Slack. */
export function toReason(error: unknown): string {
  return tryRead(() => (error instanceof Error ? toHosts(error.message) : ''), '') || 'it failed'
}

const toHosts = (text: string): string => clip(text.slice(0, longestRead).replaceAll(address, '$1$2'), longestText)
