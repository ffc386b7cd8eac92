import { CST, isCollection, isMap, isScalar, isSeq, Lexer, parseDocument, visit, type Document, type Node } from 'yaml'
import { checkShape } from '../bundle/front-matter-shape.ts'
import { quoteText, toUniversalNewlines } from './python-text.ts'
import { readPlainScalar } from './yaml-scalar.ts'

/** What `yaml.safe_load` makes of front matter. */
export type YamlReading =
  /** A mapping; `text` is `str` of a value. */
  | { readonly kind: 'mapping'; readonly text: (key: string) => string | undefined }
  /**
   * `refused`: an error that the runtime catches. `fatal`: one that it does not. `unknown`: it cannot be told without the parser
   * itself. With the line of the YAML, from 1.
   */
  | { readonly kind: 'refused' | 'fatal' | 'unknown'; readonly line: number; readonly reason: string }

type Fault = Exclude<YamlReading, { kind: 'mapping' }>

const longest = 16 * 1024
const notPrintable = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/** Reads front matter as PyYAML 6.0.3 does, from the nodes of another parser and PyYAML's own rules for scalars. */
export function readYaml(text: string): YamlReading {
  const yaml = toUniversalNewlines(text)
  const shape = yaml.length > longest ? 'it is too long to be checked' : checkShape(yaml)
  if (shape !== undefined) return { kind: 'unknown', line: 1, reason: shape }
  const hidden = notPrintable.exec(yaml)
  if (hidden) return at(yaml, hidden.index, 'refused', 'it contains a control character; remove it')
  const lineEnd = /[\u0085\u2028\u2029]/.exec(yaml)
  if (lineEnd) return at(yaml, lineEnd.index, 'unknown', 'it contains a line end that only some parsers know')
  const tab = findTab(yaml)
  if (tab !== undefined) return at(yaml, tab, 'refused', 'it contains a tab outside of quotes; use spaces')
  const document = parseDocument(yaml, { schema: 'core', merge: false, prettyErrors: false, logLevel: 'error' })
  const [error] = document.errors
  if (error?.code === 'DUPLICATE_KEY') return at(yaml, error.pos[0], 'unknown', 'a key is there twice')
  if (error) return at(yaml, error.pos[0], 'refused', 'it is not valid YAML; put the value in quotes')
  if (document.warnings.length > 0) return { kind: 'unknown', line: 1, reason: 'it has a tag' }
  const fault = findFault(yaml, document)
  if (fault) return fault
  const { contents } = document
  if (!isMap(contents)) return { kind: 'refused', line: 1, reason: 'it holds no "key: value" lines' }
  return {
    kind: 'mapping',
    text: (key) => {
      const pair = contents.items.find((item) => isScalar(item.key) && item.key.value === key)
      return pair && toText(pair.value)
    },
  }
}

function findFault(yaml: string, document: Document.Parsed): Fault | undefined {
  let found: Fault | undefined
  const note = (node: { range?: readonly number[] | null | undefined }, kind: Fault['kind'], reason: string): void => {
    // What cannot be told may come before everything else.
    if (found === undefined || (kind === 'unknown' && found.kind !== kind))
      found = at(yaml, node.range?.[0] ?? 0, kind, reason)
  }
  let colonOrLineEnd = -1
  // Remembered between keys, so that many keys without a colon are searched once.
  const endsLineBeforeColon = (from: number): boolean => {
    if (colonOrLineEnd < from) {
      const length = yaml.slice(from).search(/[:\n]/)
      colonOrLineEnd = length < 0 ? yaml.length : from + length
    }
    return yaml[colonOrLineEnd] === '\n'
  }
  visit(document, {
    Alias: (_key, node) => note(node, 'unknown', 'it has an alias'),
    Node: (_key, node) => {
      if (('tag' in node && node.tag !== undefined) || ('anchor' in node && node.anchor !== undefined))
        note(node, 'unknown', 'it has a tag or an anchor')
    },
    Pair: (_key, { key }) => {
      if (key === null || (isScalar(key) && key.source === ''))
        note(isScalar(key) ? key : {}, 'unknown', 'a key is empty')
      if (isScalar(key) && endsLineBeforeColon(key.range?.[1] ?? 0))
        note(key, 'unknown', 'a key is not on the line of its colon')
      if (isCollection(key)) note(key, 'refused', 'a key is a list or a mapping; use text')
    },
    Scalar: (_key, node) => {
      if (node.type !== 'PLAIN' || node.source === undefined) return
      const read = readPlainScalar(node.source)
      if (read === 'fatal')
        note(node, 'fatal', 'it holds a date or a number that does not exist, such as 2026-02-30; put it in quotes')
      if (read === 'refused') note(node, 'refused', 'a value is "=" or "<<"; put it in quotes')
    },
  })
  return found
}

// A tab is white space for most parsers, but PyYAML allows none outside of quotes, block text and comments.
function findTab(yaml: string): number | undefined {
  if (!yaml.includes('\t')) return undefined
  let position = 0
  let isBlock = false
  let isText = false
  for (const token of new Lexer().lex(yaml)) {
    const type: string | null = isText ? 'text' : CST.tokenType(token)
    const tab = token.indexOf('\t')
    if (tab >= 0 && (type === 'space' || type === 'block-scalar-header' || (type === 'text' && !isBlock)))
      return position + tab
    if (isText) isBlock = false
    isBlock ||= type === 'block-scalar-header'
    isText = type === 'scalar'
    // Marks are not part of the text.
    if (!(token.length === 1 && token <= '\x1f' && !/[\t\n\r]/.test(token))) position += token.length
  }
  return undefined
}

/** `str(value)`. */
function toText(node: Node | null): string {
  if (isScalar(node)) return scalarText(node, false)
  return isMap(node) || isSeq(node) ? toRepresentation(node) : 'None'
}

/** `repr(value)`. */
function toRepresentation(node: unknown): string {
  if (isSeq(node)) return `[${node.items.map(toRepresentation).join(', ')}]`
  if (isMap(node))
    return `{${node.items.map(({ key, value }) => `${toRepresentation(key)}: ${toRepresentation(value)}`).join(', ')}}`
  return isScalar(node) ? scalarText(node, true) : 'None'
}

function scalarText(node: { type?: unknown; source?: string | undefined; value: unknown }, quoted: boolean): string {
  const read = node.type === 'PLAIN' || node.value === null ? readPlainScalar(node.source ?? '') : undefined
  if (typeof read === 'object' && read.type !== 'text') return read.text
  const text = typeof read === 'object' ? read.text : String(node.value)
  return quoted ? quoteText(text) : text
}

function at(yaml: string, position: number, kind: Fault['kind'], reason: string): Fault {
  return { kind, line: yaml.slice(0, position).split(/\r\n?|\n/).length, reason }
}
