import { readFileSync } from 'node:fs'

/** A body of a webhook, made from its declared members. */
export interface DeclaredBody {
  /** Name of the declaration, as in `webhook-issues-opened`. */
  readonly schema: string
  /** As in the header `X-GitHub-Event`. */
  readonly event: string
  readonly action: string | undefined
  /** With the required members only. */
  readonly least: Readonly<Record<string, unknown>>
  /** With every member. */
  readonly most: Readonly<Record<string, unknown>>
}

interface Member {
  readonly name: string
  readonly isOptional: boolean
  /** What is declared, after the colon. */
  readonly type: string
  /** Where the declaration begins. */
  readonly line: number
}

const lines = readFileSync(
  new URL('types.d.ts', import.meta.resolve('@octokit/openapi-webhooks-types/package.json')),
  'utf8',
).split('\n')

/** Every webhook that GitHub's OpenAPI document declares, from the types that octokit generates from it. */
export function readDeclaredBodies(): DeclaredBody[] {
  return readOperations().flatMap(({ event, schema }) => {
    const start = schemas.get(schema)!
    return findObjects(start).map((line) => {
      const action = /"([^"]+)"/.exec(readMembers(line).find(({ name }) => name === 'action')?.type ?? '')?.[1]
      const make = (all: boolean) => makeObject(line, all, 4) as Record<string, unknown>
      return { schema, event, action, least: make(false), most: make(true) }
    })
  })
}

function readOperations(): { event: string; schema: string }[] {
  const found: { event: string; schema: string }[] = []
  let event = ''
  for (const line of lines.slice(lines.indexOf('export interface operations {'))) {
    event = /^ {2}"?([\w/.-]+)"?: \{$/.exec(line)?.[1]?.split('/')[0]?.replaceAll('-', '_') ?? event
    const schema = /"application\/json": components\["schemas"\]\["(.*)"\]/.exec(line)?.[1]
    if (schema !== undefined) found.push({ event, schema })
  }
  return found
}

const schemas = new Map(
  lines.flatMap((line, index) => {
    const name = /^ {4}"?([\w-]+)"?:/.exec(line)?.[1]
    return name === undefined ? [] : [[name, index] as const]
  }),
)

/** The first line after another that begins in a way. */
function findAfter(start: number, pattern: RegExp): number {
  let index = start + 1
  while (!pattern.test(lines[index]!)) index += 1
  return index
}

/** The lines where the objects of a declaration begin: one, or several of which a body is one. */
function findObjects(start: number): number[] {
  if (lines[start]!.endsWith('{')) return [start]
  const inside = lines.slice(start, findAfter(start, /^ {4}\S/))
  return inside.flatMap((line, offset) => (line === '        {' ? [start + offset] : []))
}

function readMembers(start: number): Member[] {
  const indent = /^ */.exec(lines[start]!)![0]
  const end = findAfter(start, new RegExp(`^${indent}[}\\]]`))
  const pattern = new RegExp(`^${indent} {2}"?([\\w+-]+)"?(\\??):`)
  return lines.slice(start + 1, end).flatMap((text, offset) => {
    const [, name, optional] = pattern.exec(text) ?? []
    if (name === undefined) return []
    const line = start + 1 + offset
    return [{ name, isOptional: optional === '?', type: readType(line), line }]
  })
}

/** What follows the colon; a long union begins on the next line. */
function readType(line: number): string {
  return /^[^:]+:(.*)$/.exec(lines[line]!)![1]!.trim() || lines[line + 1]!.trim()
}

function makeObject(start: number, all: boolean, depth: number): unknown {
  const members = readMembers(start).filter(({ isOptional }) => all || !isOptional)
  return Object.fromEntries(members.map((member) => [member.name, makeValue(member, all, depth)]))
}

function makeValue({ type, line }: Pick<Member, 'type' | 'line'>, all: boolean, depth: number): unknown {
  const literal = /^\|? ?"([^"]*)"/.exec(type)?.[1]
  if (literal !== undefined) return literal
  const schema = schemas.get(/^components\["schemas"\]\["([^"]+)"\];/.exec(type)?.[1] ?? '')
  if (schema !== undefined) return makeValue({ type: readType(schema), line: schema }, all, depth)
  if (type === '{' && !isList(line)) return depth === 0 ? {} : makeObject(line, all, depth - 1)
  if (/^[{[(]|\[\](?: \| null)?;$/.test(type)) return []
  if (type.startsWith('number')) return 1
  if (type.startsWith('boolean')) return true
  if (type.startsWith('string')) return 'text'
  return type.startsWith('null') ? null : {}
}

/** Whether the object that begins on a line is the element of a list. */
function isList(line: number): boolean {
  return lines[findAfter(line, new RegExp(`^${/^ */.exec(lines[line]!)![0]}[}\\]]`))]!.endsWith('[];')
}
