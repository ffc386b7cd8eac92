import { toShownPath } from '../listen/describe-exchange.ts'
import { toLine } from '../output.ts'
import type { Summary, Surprise } from './tally.ts'
import type { Target } from './target.ts'

/** What was sent, for the advice. */
export interface Sent {
  /** The provider, where it is known. */
  readonly name: string | undefined
  readonly target: Target
  /** Path and query that each request file is sent to; empty where the target has the path. */
  readonly paths: ReadonlyMap<string, string>
  /** Request files whose credentials were left out. */
  readonly leftOut: ReadonlySet<string>
  /** Whether captures were sent as they were. */
  readonly isAsItWas: boolean
}

/** What to do about an answer other than expected, in one line; `undefined` where there is nothing to say. */
export function adviseNext({ surprises, isUnreachable, statuses }: Summary, sent: Sent): string | undefined {
  if (isUnreachable) return adviseReach(Object.keys(statuses), sent.target)
  const rejected = surprises.find(({ expected, got }) => expected === 'accept' && /^[1-5]\d\d$/.test(got))
  return rejected && adviseRejected(rejected, sent)
}

function adviseReach(codes: readonly string[], { url, isDefault }: Target): string | undefined {
  const place = toLine(url.origin)
  if (codes.includes('ECONNREFUSED'))
    return isDefault
      ? `nothing listens at ${place}: start npx sallyport listen, or pass --to with the URL of your app`
      : `nothing listens at ${place}: start your app, or npx sallyport listen, which send finds without --to`
  if (codes.includes('ENOTFOUND')) return `there is no host ${toLine(url.hostname)}: check --to`
  return undefined
}

function adviseRejected(
  { got, said, file }: Surprise,
  { name = '<provider>', target, paths, leftOut, isAsItWas }: Sent,
): string {
  const path = paths.get(file ?? '') ?? target.url.pathname
  if (got === '404' || got === '405')
    return `nothing receives at ${toShownPath(path)}: pass --to with the path of your endpoint`
  if (got.startsWith('3')) return 'it is redirected, which senders do not follow: pass --to with the final URL'
  if (got.startsWith('5')) return 'the endpoint failed: its log says why'
  if (isAsItWas && leftOut.has(file ?? '')) return 'its credentials are [redacted] in the file: --sign signs it again'
  if (isAsItWas && said === 'TIMESTAMP_STALE') return 'it was signed long ago: --sign signs it again, with a new time'
  if (file !== undefined) return `to see why, run npx sallyport verify ${toLine(name)} --request ${toWord(file)}`
  return (
    'to see why, record it with npx sallyport listen --record captures, then run ' +
    `npx sallyport verify ${toLine(name)} --request captures/<file>.http`
  )
}

/** A word for a shell. */
export function toWord(text: string): string {
  const line = toLine(text)
  return /^[\w@%+=:,./-]+$/.test(line) ? line : `'${line.replaceAll("'", String.raw`'\''`)}'`
}
