import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../scripts/run-command.ts'

/** An option as a source declares it, and as a table of a document has to show it. */
export interface DeclaredOption {
  readonly name: string
  /** Without `| undefined`; numbers with their unit. */
  readonly type: string
  /** The text behind `@default`; `required` or `none` where there is no default. */
  readonly byDefault: string
}

/** Reads the options that an exported interface or type declares, named as `folder Name`, or `Name` if it is unique. */
export function readOptions(where: string): DeclaredOption[] {
  const [name = '', folder = '*/src'] = where.split(' ').toReversed()
  const declaration = new RegExp(`^export (?:interface|type) ${name}\\b(?!,| })`, 'm')
  const sources = readSources(folder).filter((text) => declaration.test(text))
  if (sources.length !== 1) throw new Error(`${sources.length} files in packages/${folder} declare ${name}`)
  const source = sources[0]!
  const start = declaration.exec(source)!.index
  const rest = source.slice(start)
  const end = rest.search(/^(?!.*\bexport ).*\n(?=(?:\n|\/\*\*|export |const |function ))|^}/m)
  const body = rest.slice(0, end === -1 ? undefined : end + 1)
  const members = body.matchAll(
    /(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\s*)?^ *(?:readonly )?(\w+)(\?)?(?::(?: |(?=\n))|(?=\())(.*(?:\n {4,}\| .*)*)$/gm,
  )
  const options = [...members].map(({ 1: comment = '', 2: member = '', 3: optional, 4: type = '' }) => ({
    name: member,
    // A long union has each member on a separate line.
    type: withUnit(member, toShownType(type.replaceAll(/\n +/g, ' ').replace(/^ \| /, '')), comment),
    byDefault: readDefault(comment) ?? (optional === undefined ? 'required' : 'none'),
  }))
  // In a union, `undefined` only says which options exclude each other.
  const excluded = new Set(options.filter(({ type }) => type === 'undefined').map((option) => option.name))
  return options
    .filter(({ type }) => type !== 'undefined')
    .map((option) =>
      excluded.has(option.name) && option.byDefault === 'required' ? { ...option, byDefault: 'either' } : option,
    )
}

function readSources(folder: string): string[] {
  const packages = join(root, 'packages')
  return globSync(`${folder}/**/*.ts`, { cwd: packages }).map((file) => readFileSync(join(packages, file), 'utf8'))
}

function toShownType(type: string): string {
  const plain = type.replaceAll('readonly ', '').replaceAll(/(\?: [^;}]*?) \| undefined(?=[ ;}])/g, '$1')
  const isFunction = plain.includes('=>')
  // What a function returns stays as it is.
  return isFunction ? plain.replace(/^\((\(.*)\)(?: \| undefined)?$/, '$1') : plain.replace(/ \| undefined$/, '')
}

function withUnit(name: string, type: string, comment: string): string {
  if (type !== 'number') return type
  if (name.endsWith('Ms') || /^Milliseconds/m.test(comment.trim())) return 'number, ms'
  return name.endsWith('Bytes') ? 'number, bytes' : 'number'
}

function readDefault(comment: string): string | undefined {
  const text = comment.replaceAll(/\n\s*\*/g, '\n').replaceAll(/\s+/g, ' ')
  return /@default (.*?)(?= @\w|$)/.exec(text)?.[1]?.trim()
}
