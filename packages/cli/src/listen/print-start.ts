import { toShownUrl } from '@sallyport/platforms'
import { toVisible } from 'sallyport/provider'
import type { Output } from '../output.ts'
import type { Mounted } from './receivers.ts'

/** What runs. */
export interface Started {
  readonly url: string
  readonly mounted: readonly Mounted[]
  readonly forwardTo: URL | undefined
  /** Name of the inbox. */
  readonly inbox: string | undefined
}

/** The providers that are worth a line: those with a secret, and the configured ones. */
export const toListed = (mounted: readonly Mounted[]): Mounted[] =>
  mounted.filter(({ receiver, isConfigured }) => receiver !== undefined || isConfigured)

/** A line per provider that is worth one, and one for all others. */
export function describeMounted(url: string, mounted: readonly Mounted[]): string[] {
  const listed = toListed(mounted)
  const rows = listed.map(({ name, path, receiver }) =>
    toVisible(`${name.padEnd(18)} ${url}${path}${receiver === undefined ? '  unchecked' : ''}`),
  )
  if (listed.length === mounted.length) return rows
  const others =
    listed.length === 0
      ? 'all providers are forwarded unchecked (no secret)'
      : 'all other providers are forwarded unchecked'
  return [...rows, `deliveries of ${others}`]
}

/** Says where deliveries are received, and what becomes of them. */
export function printStart(output: Output, { url, mounted, forwardTo, inbox }: Started): void {
  const receivers = mounted.map(({ name, path, receiver }) => ({
    provider: name,
    url: url + path,
    ...(forwardTo === undefined ? {} : { checked: receiver !== undefined }),
  }))
  const rows = describeMounted(url, mounted).map((row) => `  ${row}`)
  const where = toListed(mounted).length === 0 ? ` ${url}` : ''
  const to = forwardTo === undefined ? undefined : toShownUrl(forwardTo.href)
  const store = inbox ?? 'none'
  output.result(
    { ok: true, kind: 'listening', url, receivers, inbox: store, forwardTo: to },
    [
      `Receiving at${where}`,
      ...rows,
      ...(to === undefined ? [] : [`Forwarding to ${toVisible(to)}`]),
      ...(to === undefined || inbox !== undefined ? [`Inbox: ${toVisible(store)}`] : []),
    ].join('\n'),
  )
}
