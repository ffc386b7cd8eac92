import { failProvider } from '../check-provider.ts'
import { coversBody, planMessage, type MessageForm } from './message-form.ts'
import type { MessagePart } from './message.ts'
import type { NumberedHeaders, SignatureForm, SignedOptions } from './signed-claim.ts'

/** How the header of a scheme is written. */
export function toForm(options: SignedOptions): SignatureForm {
  const { fields, separator, prefix = '' } = options
  if (fields) return { form: 'fields', separator: separator ?? ',', ...fields }
  return separator === undefined ? { form: 'single', prefix } : { form: 'list', separator, prefix }
}

/** Index of a signed header among the parts; -1 if there is none. */
export function indexOfHeader(parts: readonly MessagePart[], name: string): number {
  return parts.findIndex((part) => part.kind === 'header' && part.name === name.toLowerCase())
}

/**
 * Checks that a definition trusts nothing unsigned.
 *
 * @throws SallyportError `PROVIDER_INVALID`
 */
export function checkSigned(options: SignedOptions): MessageForm {
  const { header, signed, freshness } = options
  const form = findProblem(options) ?? planMessage(signed, freshness)
  if (typeof form === 'string') failProvider(`scheme on header "${header}": ${form}`)
  return form
}

function findProblem(options: SignedOptions & NumberedHeaders): string | undefined {
  const { signed, freshness, fields, prefix, separator, numbered, alias } = options
  if (numbered !== undefined && (fields ?? separator ?? alias) !== undefined)
    return 'a numbered header holds one signature; leave out fields, separator and alias'
  const covers = (kind: MessagePart['kind']): boolean => signed.some((part) => part.kind === kind)
  if (!signed.some(coversBody)) return 'the signed message must include the body'
  if (covers('timestamp') && fields?.timestamp === undefined) return 'a signed timestamp needs fields.timestamp'
  if (freshness.from === 'signature' && !covers('timestamp')) return 'the timestamp must be signed to prove freshness'
  if (freshness.from === 'header' && indexOfHeader(signed, freshness.name) < 0) {
    return `header "${freshness.name}" must be signed to prove freshness`
  }
  if (separator === '' || (separator !== undefined && !fields && !prefix)) return 'a list of signatures needs a prefix'
  return undefined
}
