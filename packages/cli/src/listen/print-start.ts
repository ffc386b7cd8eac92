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

/** Says where deliveries are received, and what becomes of them. */
export function printStart(output: Output, { url, mounted, forwardTo, inbox }: Started): void {
  const receivers = mounted.map(({ name, path, receiver }) => ({
    provider: name,
    url: url + path,
    ...(forwardTo === undefined ? {} : { checked: receiver !== undefined }),
  }))
  const rows = mounted.map(({ name, path, receiver }) =>
    toVisible(`  ${name.padEnd(18)} ${url}${path}${receiver === undefined ? '  (no secret: not checked)' : ''}`),
  )
  const to = forwardTo === undefined ? undefined : toShownUrl(forwardTo.href)
  const store = inbox ?? 'none'
  output.result(
    { ok: true, kind: 'listening', url, receivers, inbox: store, forwardTo: to },
    [
      'Receiving at',
      ...rows,
      ...(to === undefined ? [] : [`Forwarding to ${toVisible(to)}`]),
      ...(to === undefined || inbox !== undefined ? [`Inbox: ${toVisible(store)}`] : []),
    ].join('\n'),
  )
}
