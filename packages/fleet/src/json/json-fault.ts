/** Why a text is not accepted as JSON. */
export type JsonFaultKind = 'syntax' | 'duplicate' | 'size'

/** Thrown by the parser: what is wrong, and at which offset. It holds no text of the document. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault'
  readonly kind: JsonFaultKind
  /** Place in the text: line and column from 1, in UTF-16 units. */
  readonly place: string

  constructor(kind: JsonFaultKind, text: string, offset: number) {
    super(kind)
    this.kind = kind
    this.place = toPlace(text, offset)
  }
}

function toPlace(text: string, offset: number): string {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line++
    start = end + 1
  }
  return `line ${line}, column ${offset - start + 1}`
}
