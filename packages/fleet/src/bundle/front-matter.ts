import { parseDocument, visit } from 'yaml'
import { FleetError } from '../fleet-error.ts'
import { isPlainObject } from './read-text.ts'

/** A Markdown file taken apart. */
export interface FrontMatterFile {
  readonly frontMatter: Readonly<Record<string, unknown>>
  readonly body: string
}

const fence = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m
const longest = 16 * 1024
const plainTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
)

/**
 * Splits YAML front matter off a Markdown file. YAML is read in its core schema only: no custom tags, no merge keys, no
 * aliases (a few lines of them expand to gigabytes), no repeated keys.
 *
 * @throws FleetError `FRONT_MATTER_INVALID`
 */
export function readFrontMatter(text: string, path: string): FrontMatterFile {
  const match = text.startsWith('---') ? fence.exec(text) : null
  if (match === null || match.index !== 0) return { frontMatter: {}, body: text }
  return { frontMatter: parse(match[1]!, path), body: text.slice(match[0].length) }
}

function parse(yaml: string, path: string): Record<string, unknown> {
  const fail = (detail: string): never => {
    throw new FleetError('FRONT_MATTER_INVALID', { path, detail })
  }
  if (yaml.length > longest) fail(`it is longer than ${longest} characters`)
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
