import { toShownUrl } from '@sallyport/platforms'
import { toLine, type Output, type Style } from '../output.ts'
import { toEventName, toVerdict, type Exchange, type Verdict } from './exchange.ts'

const styles: Readonly<Record<Verdict['kind'], Style>> = {
  good: 'green',
  bad: 'yellow',
  failed: 'red',
  unchecked: 'dim',
}

export const styleOf = ({ kind }: Verdict): Style => styles[kind]

/** Local time, as on the clock beside the screen. */
export const timeOf = (at: number): string => new Date(at).toTimeString().slice(0, 8)

/** Bytes in a few characters: `999 B`, `1.2 kB`, `48 MB`. */
export function toSize(bytes: number | undefined): string {
  if (bytes === undefined) return ''
  if (bytes < 1000) return `${bytes} B`
  const [value, unit] = bytes < 999_500 ? [bytes / 1000, 'kB'] : [bytes / 1e6, 'MB']
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`
}

/** Milliseconds in a few characters: `0.4 ms`, `12 ms`, `3.1 s`. */
export function toDuration(ms: number | undefined): string {
  if (ms === undefined) return ''
  if (ms < 999.5) return `${ms < 9.95 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`
  return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`
}

/** How long the app took; without one, how long the receiver did. */
export const durationOf = ({ app, report, durationMs }: Exchange): number | undefined =>
  app?.ms ?? report?.durationMs ?? durationMs

/** Bytes of the body, as far as it was read. */
export const sizeOf = ({ body, report }: Exchange): number | undefined => body?.byteLength ?? report?.bodyBytes

/** The app took what a receiver with this secret rejects. */
export const isTooTrusting = ({ app, report }: Exchange): boolean =>
  app?.ok === true && app.status >= 200 && app.status < 300 && report?.status === 401

const outcomes = 9

/** An exchange on one line, aligned: what varies in length comes last. Further lines say what to do. */
export function describeExchange(
  output: Output,
  exchange: Exchange,
  { isForwarded, nameWidth }: { readonly isForwarded: boolean; readonly nameWidth: number },
): string {
  const { status = 0, receivedAt, provider, method, url, report, app } = exchange
  const verdict = toVerdict(exchange, isForwarded)
  const name = toEventName(exchange)
  const style: Style = status < 400 ? 'green' : status < 500 ? 'yellow' : 'red'
  const issues = report?.issues
  const columns = [
    timeOf(receivedAt),
    output.style(style, String(status)),
    toLine(provider ?? '-').padEnd(nameWidth),
    toSize(sizeOf(exchange)).padStart(6),
    toDuration(durationOf(exchange)).padStart(6),
    output.style(styleOf(verdict), verdict.text.padEnd(outcomes)),
    ...(name === undefined ? [] : [toLine(name)]),
    ...(provider === undefined ? [`${method} ${toShownPath(url)}`] : []),
    ...(issues ? [`at ${toLine(issues.join(', '))}`] : []),
  ]
  const advice = [
    ...(app?.ok === false ? [output.style('red', app.fix)] : []),
    ...(isTooTrusting(exchange) ? [output.style('red', 'the app accepted a delivery that does not verify')] : []),
  ]
  return [columns.join('  ').trimEnd(), ...advice.map((line) => `          ${line}`)].join('\n')
}

/** A request target without its query, which may hold a credential. */
export function toShownPath(url: string): string {
  const [path = '', ...query] = url.split('?')
  return toLine(query.length > 0 ? `${path}?…` : path)
}

/** An exchange for `--json`. */
export function toRecord(exchange: Exchange, forwardTo: URL | undefined): Record<string, unknown> {
  const { status = 0, receivedAt, provider, method, url, report, app, label, durationMs } = exchange
  const took = Math.round((report?.durationMs ?? durationMs ?? 0) * 10) / 10
  const verdict = toVerdict(exchange, forwardTo !== undefined)
  return {
    ok: status < 400,
    kind: 'delivery',
    at: new Date(receivedAt).toISOString(),
    provider,
    ...(provider === undefined ? { method, path: toShownPath(url) } : {}),
    ...(forwardTo === undefined ? {} : { verdict: verdict.text }),
    outcome: report?.outcome,
    status,
    code: report?.code ?? exchange.unreadable,
    eventType: report?.eventType,
    label,
    eventId: report?.eventId,
    keyId: report?.keyId,
    bodyBytes: sizeOf(exchange),
    durationMs: took,
    issues: report?.issues,
    ...(forwardTo === undefined ? {} : { forwarded: { to: toShownUrl(forwardTo.href), ...toAppRecord(app) } }),
  }
}

function toAppRecord(app: Exchange['app']): Record<string, unknown> {
  if (app === undefined) return {}
  const durationMs = Math.round(app.ms * 10) / 10
  return app.ok ? { status: app.status, durationMs } : { error: app.text, fix: app.fix, durationMs }
}
