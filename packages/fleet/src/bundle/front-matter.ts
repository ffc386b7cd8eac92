import { isScalar, parseDocument, visit } from 'yaml'
import { FleetError } from '../fleet-error.ts'
import type { DocumentBudget } from './document-budget.ts'
import { isPlainObject } from './read-text.ts'

/** A Markdown file taken apart. */
export interface FrontMatterFile {
  readonly frontMatter: Readonly<Record<string, unknown>>
  readonly body: string
}

// Only a line feed begins the line of a fence; `^` would also match behind what is no line end for most readers of front matter.
const fenced = /^---[ \t]*\r?\n((?:[\s\S]*?\n)??)---[ \t]*(?:\r?\n|$)/
// Line ends in YAML 1.1 or in 1.2, not in both (section 5.4): a key behind one is there for some readers only.
const disputedLineEnd = /\r(?!\n)|[\u0085\u2028\u2029]/
const plainTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
)

/**
 * Splits YAML front matter off a Markdown file. YAML is read in its core schema only: no custom tags, no merge keys, no
 * aliases (a few lines of them expand to gigabytes), no repeated keys, no line ends that only some readers know.
 *
 * @throws FleetError `FRONT_MATTER_INVALID`
 */
export function readFrontMatter(text: string, path: string, budget: DocumentBudget): FrontMatterFile {
  const match = fenced.exec(text)
  if (match === null) return { frontMatter: {}, body: text }
  const yaml = match[1]!
  budget.take('frontMatter', yaml.length, 'FRONT_MATTER_INVALID', path)
  return { frontMatter: parse(yaml, path), body: text.slice(match[0].length) }
}

function parse(yaml: string, path: string): Record<string, unknown> {
  const fail = (detail: string): never => {
    throw new FleetError('FRONT_MATTER_INVALID', { path, detail })
  }
  if (disputedLineEnd.test(yaml)) fail('a line ends in a character that is a line end for some parsers only')
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
      // Not merged here, but by readers of YAML 1.1.
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
