import type { PolicyReport } from '@sallyport/fleet'
import { toLine } from '../output.ts'
import { hang } from '../text/wrap.ts'

/** Where a policy comes from. */
export interface PolicySource {
  readonly from: '--policy' | 'configuration' | 'built-in'
  /** The file it is in; `undefined` for the built-in rules. */
  readonly file?: string | undefined
}

const builtIn =
  `built-in rules: servers use HTTPS; no keys, no .env file and no variable that steers a process in files; file names
in the case that the runtime expects. Not checked without a policy: hosts, models, sizes, required approvals.`.replaceAll(
    '\n',
    ' ',
  )

/** Which policy was used, then every finding. */
export function renderPolicy(
  { findings, omitted }: Pick<PolicyReport, 'findings' | 'omitted'>,
  { from, file }: PolicySource,
  columns: number,
): string {
  const source = from === 'built-in' ? builtIn : `${toLine(file)} (${from})`
  const lines = findings.map(({ severity, rule, path, line, message }) => {
    const place = path === '' ? 'bundle' : `${path}${line === undefined ? '' : `:${line}`}`
    return hang(severity.padEnd(9), `${place}  ${message}  (${rule})`, columns)
  })
  return [
    hang('policy   ', source, columns),
    ...(lines.length === 0 ? ['no findings'] : lines),
    ...(omitted > 0 ? [`and ${omitted.toLocaleString('en')} more`] : []),
  ].join('\n')
}
