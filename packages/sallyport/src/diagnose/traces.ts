import type { Delivery } from '../verify/delivery.ts'
import { toFinding, type DiagnosisFinding } from './causes.ts'

const replacement = Buffer.from('\ufffd')

/** What a body shows of having been altered, where the signed one cannot be restored. */
export function findTraces({ headers, body }: Delivery): DiagnosisFinding[] {
  const findings: DiagnosisFinding[] = []
  const announced = headers.get('content-length')
  const isChunked = headers.has('transfer-encoding')
  if (body.byteLength === 0) return [toFinding('BODY_EMPTY', 'likely')]
  if (announced !== undefined && !isChunked && /^\d{1,15}$/.test(announced) && Number(announced) !== body.byteLength)
    findings.push(toFinding('BODY_LENGTH', 'likely', `${announced} bytes were announced, ${body.byteLength} are here`))
  if (Buffer.from(body).includes(replacement)) findings.push(toFinding('BODY_REPLACEMENT_CHARACTERS', 'likely'))
  return findings
}
