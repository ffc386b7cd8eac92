import * as z from 'zod'
import type { FleetErrorCode } from '../error-codes.ts'
import { FleetError } from '../fleet-error.ts'
import type { AgentConfig, AgentTool, BundleFile, ToolsConfig } from './agent-bundle.ts'
import { readInterrupts } from './read-interrupts.ts'
import { isPlainObject, readJson } from './read-text.ts'
import type { Reading } from './reading.ts'

const Config = z.object({
  name: z.string().optional(),
  description: z.string().nullish(),
  visibility_scope: z.string().nullish(),
  triggers_paused: z.boolean().nullish(),
})

const Tool = z.object({
  name: z.string(),
  mcp_server_url: z.string().nullish(),
  mcp_server_name: z.string().nullish(),
  display_name: z.string().nullish(),
})

const mostTools = 10_000
const Tools = z.object({
  // Not an array of unknown values: that looks at every one of them.
  tools: z.custom<unknown[]>(isShort, `expected a list of at most ${mostTools} tools`).nullish(),
  interrupt_config: z.custom<Record<string, unknown>>(isPlainObject, 'expected an object').nullish(),
})

function isShort(value: unknown): boolean {
  return Array.isArray(value) && value.length <= mostTools
}

/** Reads `config.json`. @throws FleetError `CONFIG_INVALID`, `DUPLICATE_MEMBER` */
export async function readConfig(file: BundleFile, reading: Reading): Promise<AgentConfig> {
  const raw = await readJson(file, 'CONFIG_INVALID', reading)
  check(Config, raw, 'CONFIG_INVALID', file.path)
  return withoutPrototype(raw)
}

/** Reads a `tools.json`. @throws FleetError `TOOLS_INVALID`, `DUPLICATE_MEMBER` */
export async function readTools(file: BundleFile, reading: Reading): Promise<ToolsConfig> {
  const raw = await readJson(file, 'TOOLS_INVALID', reading)
  const { tools, interrupt_config } = check(Tools, raw, 'TOOLS_INVALID', file.path)
  const all: AgentTool[] = []
  for (const [index, tool] of (tools ?? []).entries()) {
    check(Tool, tool, 'TOOLS_INVALID', file.path, ['tools', index])
    all.push(withoutPrototype(tool as AgentTool))
    if (reading.isLate()) await reading.pause()
  }
  const interrupts = await readInterrupts(interrupt_config ?? {}, all, file.path, reading)
  return { tools: all, interrupts, raw }
}

/** The documented members of a value; the others are kept but not copied, as there may be a hundred thousand. */
function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: FleetErrorCode,
  path: string,
  place: readonly PropertyKey[] = [],
): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new FleetError(code, { path, detail: describeIssue(result.error, place) })
}

// Copied by an assignment, the member would become the prototype.
function withoutPrototype<Value extends object>(value: Value): Value {
  if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__')
  return value
}

function describeIssue(error: z.ZodError, outside: readonly PropertyKey[]): string {
  const [issue] = error.issues
  return `${[...outside, ...issue!.path].map(String).join('.') || 'the file'}: ${issue!.message}`
}
