import { refuse, type Refusal } from '../verdict.ts'

/**
 * The format of a signature header.
 *
 * - `single`: the whole value is one signature after a fixed prefix (`sha256=<hex>`).
 * - `list`: several tokens; those with the prefix are signatures (`v1,<base64> v1a,<base64>`), others are ignored.
 * - `fields`: `name=value` pairs (`t=<time>,v1=<hex>,v1=<hex>`); unknown names are ignored.
 */
export type SignatureForm =
  | { readonly form: 'single'; readonly prefix: string }
  | { readonly form: 'list'; readonly separator: string; readonly prefix: string }
  | {
      readonly form: 'fields'
      readonly separator: string
      readonly signature: string
      readonly timestamp?: string | undefined
    }

/** The texts found in a signature header. */
export interface SignatureTexts {
  readonly signatures: readonly string[]
  readonly timestamp?: string | undefined
}

// Rotation needs two or three. Each costs a comparison or, for Ed25519, a curve operation.
const maxSignatures = 16

/** Parses a signature header; refuses whatever two parsers could read differently. */
export function parseSignatureHeader(value: string, form: SignatureForm): SignatureTexts | Refusal {
  const found = form.form === 'fields' ? parseFields(value, form) : parseTokens(value, form)
  if ('code' in found) return found
  return found.signatures.length > maxSignatures ? refuse('SIGNATURE_MALFORMED') : found
}

function parseTokens(value: string, form: SignatureForm & { prefix: string }): SignatureTexts | Refusal {
  if (form.form === 'single') {
    if (!value.startsWith(form.prefix)) return refuse('SIGNATURE_MALFORMED')
    return { signatures: [value.slice(form.prefix.length)] }
  }
  const signatures: string[] = []
  for (const token of value.split(form.separator)) {
    if (token.startsWith(form.prefix)) signatures.push(token.slice(form.prefix.length))
  }
  return signatures.length === 0 ? refuse('SIGNATURE_MISSING') : { signatures }
}

function parseFields(value: string, form: SignatureForm & { form: 'fields' }): SignatureTexts | Refusal {
  const signatures: string[] = []
  let timestamp: string | undefined
  for (const field of value.split(form.separator)) {
    const equals = field.indexOf('=')
    if (equals < 1) return refuse('SIGNATURE_MALFORMED')
    const name = field.slice(0, equals).trim()
    const text = field.slice(equals + 1).trim()
    if (name === form.signature) signatures.push(text)
    if (name !== form.timestamp) continue
    // Parsers disagree about whether the first or the last time counts.
    if (timestamp !== undefined) return refuse('SIGNATURE_MALFORMED')
    timestamp = text
  }
  if (signatures.length === 0) return refuse('SIGNATURE_MISSING')
  if (form.timestamp === undefined) return { signatures }
  return timestamp === undefined ? refuse('TIMESTAMP_MISSING') : { signatures, timestamp }
}
