import { isScalar, parseDocument, visit, type Document } from 'yaml'
import { FleetError } from '../fleet-error.ts'
import { checkShape } from './front-matter-shape.ts'
import { quoteValues, type UnquotedValue } from './quote-values.ts'
import { isPlainObject } from './read-text.ts'
import type { Reading } from './reading.ts'

/** A Markdown file, split. */
export interface FrontMatterFile {
  readonly frontMatter: Readonly<Record<string, unknown>>
  readonly body: string
  /** Values that were read as text, although YAML requires quotes around them. */
  readonly unquoted: readonly UnquotedValue[]
}

// Only a line feed ends a line here: `^` would also match after characters that most readers do not take for a line end.
const opening = /---[ \t]*\r?\n/y
const closing = /---[ \t]*(?:\r?\n|$)/y
// Parsing more takes milliseconds, so it gets a slice of its own.
const longInOneSlice = 512
// Line ends in YAML 1.1 or in 1.2, but not in both (section 5.4): only some readers would see a key behind one.
const disputedLineEnd = /\r(?!\n)|[\u0085\u2028\u2029]/
const plainTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
)

/**
 * Splits YAML front matter off a Markdown file. YAML is read in its core schema only: no custom tags, merge keys, repeated
 * keys, aliases (a few lines expand to gigabytes), or line ends that only some readers know. A value that only lacks quotes is
 * read as text and reported.
 *
 * @throws FleetError `FRONT_MATTER_INVALID`
 */
export async function readFrontMatter(text: string, path: string, reading: Reading): Promise<FrontMatterFile> {
  const block = findBlock(text)
  if (block === undefined) return { frontMatter: {}, body: text, unquoted: [] }
  const { yaml, end } = block
  reading.takeDocument('frontMatter', yaml.length, 'FRONT_MATTER_INVALID', path)
  const fail = (detail: string): never => {
    throw new FleetError('FRONT_MATTER_INVALID', { path, detail })
  }
  if (yaml.length > longInOneSlice) await reading.pause()
  const fault = disputedLineEnd.test(yaml)
    ? 'it contains a character that only some parsers take for a line end'
    : checkShape(yaml)
  if (fault !== undefined) fail(fault)
  return { ...parse(yaml, fail), body: text.slice(end) }
}

/** From the line after the first fence to the next line that is one; and where that ends. */
function findBlock(text: string): { readonly yaml: string; readonly end: number } | undefined {
  opening.lastIndex = 0
  if (!opening.test(text)) return undefined
  const start = opening.lastIndex
  for (let line = start; line > 0; line = text.indexOf('\n---', line) + 1) {
    closing.lastIndex = line
    if (closing.test(text)) return { yaml: text.slice(start, line), end: closing.lastIndex }
  }
  return undefined
}

type Fail = (detail: string) => never

function parse(yaml: string, fail: Fail): Omit<FrontMatterFile, 'body'> {
  let document = toDocument(yaml)
  let unquoted: readonly UnquotedValue[] = []
  if (document.errors.length > 0) {
    const { code, pos } = document.errors[0]!
    const quoted = quoteValues(yaml, document.errors)
    if (quoted) document = toDocument(quoted.yaml)
    if (!quoted || document.errors.length > 0) fail(`line ${lineOf(yaml, pos[0])}: ${hints[code] ?? code}`)
    unquoted = quoted.values
  }
  if (document.warnings.length > 0) fail(document.warnings[0]!.code)
  visit(document, {
    Node(_key, node) {
      if ('tag' in node && node.tag !== undefined && !plainTags.has(node.tag)) fail('tags are not accepted')
    },
    Pair(_key, { key }) {
      // Readers of YAML 1.1 would merge it.
      if (isScalar(key) && key.value === '<<') fail('merge keys are not accepted')
    },
  })
  return { frontMatter: toMapping(document, fail), unquoted }
}

function toDocument(yaml: string): Document.Parsed {
  return parseDocument(yaml, {
    schema: 'core',
    uniqueKeys: true,
    merge: false,
    prettyErrors: false,
    logLevel: 'error',
  })
}

function toMapping(document: Document.Parsed, fail: Fail): Record<string, unknown> {
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 0 })
  } catch {
    fail('aliases are not accepted')
  }
  if (value === null || value === undefined) return {}
  if (!isPlainObject(value)) return fail('it is not a mapping')
  return value
}

// The parser's own messages may show content.
const hints: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'text with ": " must be in quotes',
  BAD_SCALAR_START: 'text that begins with @, ` or % must be in quotes',
  DUPLICATE_KEY: 'the key is there twice',
  MISSING_CHAR: 'a quote or a bracket is not closed',
  TAB_AS_INDENT: 'tabs must not indent; use spaces',
}

/** Line of the file, from 1; the fence is line 1. */
function lineOf(yaml: string, position: number): number {
  return yaml.slice(0, position).split('\n').length + 1
}
