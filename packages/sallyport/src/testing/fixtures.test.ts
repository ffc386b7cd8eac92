import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { SignedView } from '../verify/provider.ts'
import { HeaderList } from '../verify/header-list.ts'
import { invoratec } from '../providers/invoratec.ts'
import { langsmith } from '../providers/langsmith.ts'
import { sonzai } from '../providers/sonzai.ts'
import { fixtures } from './fixtures/index.ts'

/** Members that a schema names and a value lacks. */
function listMissing(schema: unknown, value: unknown, path: string): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return listMissing(schema.unwrap(), value, path)
  if (value === undefined) return [path]
  if (schema instanceof z.ZodArray)
    return (value as unknown[]).flatMap((item) => listMissing(schema.element, item, path))
  if (!(schema instanceof z.ZodObject)) return []
  return Object.entries(schema.shape).flatMap(([name, inner]) =>
    listMissing(inner, (value as Record<string, unknown>)[name], path === '' ? name : `${path}.${name}`),
  )
}

describe.each([
  ['sonzai', sonzai()],
  ['invoratec', invoratec()],
  ['langsmith', langsmith()],
] as const)('the fixtures of %s', (name, provider) => {
  it.each(Object.keys(provider.events))('have every member that is documented of %s', (type) => {
    const now = new Date(Date.UTC(2026, 3, 12))
    const body = fixtures[name]![type]!({ now, id: 'a', type }) as SignedView['body']
    const identity = provider.identify({
      body,
      unsignedBody: body,
      signedHeader: () => undefined,
      unsignedHeaders: new HeaderList([]),
    })
    // Sonzai's documents name some events without a body; not all of them are about an agent and a user.
    const mayLack = name === 'sonzai' ? ['agent_id', 'user_id'] : []
    const schema = (provider.events as Readonly<Record<string, unknown>>)[type]
    const missing = listMissing(schema, 'data' in identity ? identity.data : undefined, '')
    expect(missing.filter((path) => !mayLack.includes(path))).toEqual([])
  })
})
