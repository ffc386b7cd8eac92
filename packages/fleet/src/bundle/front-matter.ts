import { isScalar, parseDocument, visit } from 'yaml'
import { FleetError } from '../fleet-error.ts'
import { isPlainObject } from './read-text.ts'
import type { Reading } from './reading.ts'

/** A Markdown file, split. */
export interface FrontMatterFile {
  readonly frontMatter: Readonly<Record<string, unknown>>
  readonly body: string
}

// Only a line feed ends a line here: `^` would also match after characters that most readers do not take for a line end.
const fenced = /^---[ \t]*\r?\n((?:[\s\S]*?\n)??)---[ \t]*(?:\r?\n|$)/
// Line ends in YAML 1.1 or in 1.2, but not in both (section 5.4): only some readers would see a key behind one.
const disputedLineEnd = /\r(?!\n)|[\u0085\u2028\u2029]/
const plainTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
)

/**
 * Splits YAML front matter off a Markdown file. YAML is read in its core schema only: no custom tags, merge keys, repeated
 * keys, aliases (a few lines expand to gigabytes), or line ends that only some readers know.
 *
 * @throws FleetError `FRONT_MATTER_INVALID`
 */
export function readFrontMatter(text: string, path: string, reading: Reading): FrontMatterFile {
  const match = fenced.exec(text)
  if (match === null) return { frontMatter: {}, body: text }
  const yaml = match[1]!
  reading.takeDocument('frontMatter', yaml.length, 'FRONT_MATTER_INVALID', path)
  return { frontMatter: parse(yaml, path), body: text.slice(match[0].length) }
}

function parse(yaml: string, path: string): Record<string, unknown> {
  const fail = (detail: string): never => {
    throw new FleetError('FRONT_MATTER_INVALID', { path, detail })
  }
  if (disputedLineEnd.test(yaml)) fail('it contains a character that only some parsers take for a line end')
  const document = parseDocument(yaml, {
    schema: 'core',
    uniqueKeys: true,
    merge: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  if (document.errors.length > 0) fail(document.errors[0]!.code)
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
