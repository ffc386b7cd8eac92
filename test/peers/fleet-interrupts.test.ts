import { readBundle, type ToolInterrupt } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { buildZip } from '../support/archives/zip-builder.ts'

// What was read in fleet-deepagents-export 0.0.1 (July 2026), deepagents 0.7.8 (August 2026) and langchain's
// HumanInTheLoopMiddleware: the exporter hands `interrupt_config` on as `interrupt_on`, unchanged; the middleware looks a called
// tool up by its name; MCP tools have no prefix. `true` stops the call; of an object, a truthy `allowed_decisions` does; anything
// else but false has no method `get`, and the agent does not load.

const url = 'https://tools.example.com/mcp'
const dotted = `${url}::send_email::Mail`
const listed = [
  { name: 'send_email', mcp_server_url: url, mcp_server_name: 'Mail' },
  { name: 'read_email', mcp_server_url: url, mcp_server_name: 'Mail' },
]

/** A tools.json, and what the exporter's runtime does when `send_email` is called. */
interface Row {
  readonly name: string
  readonly interrupts: Readonly<Record<string, unknown>>
  readonly runtime: 'stops' | 'runs' | 'does not load' | 'depends on the version'
  /** Of the first entry. */
  readonly effective: ToolInterrupt['effective']
  readonly code: ToolInterrupt['reason']['code']
  /** Tools for which deepagents' Fleet import recommends an approval; by itself it applies none. */
  readonly recommended: readonly string[]
}

const stops = { effective: 'yes', runtime: 'stops', code: 'tool-name' } as const
const runs = { effective: 'no', runtime: 'runs' } as const
const send = ['send_email']

const rows: Row[] = [
  { name: 'the name', interrupts: { send_email: true }, ...stops, recommended: send },
  { name: 'as exported', interrupts: { [dotted]: true }, ...runs, code: 'server-in-key', recommended: send },
  { name: 'name off', interrupts: { send_email: false }, ...runs, code: 'switched-off', recommended: [] },
  { name: 'exported off', interrupts: { [dotted]: false }, ...runs, code: 'switched-off', recommended: [] },
  {
    name: 'name off, exported on',
    interrupts: { send_email: false, [dotted]: true },
    ...runs,
    code: 'switched-off',
    recommended: send,
  },
  { name: 'name on, exported off', interrupts: { send_email: true, [dotted]: false }, ...stops, recommended: send },
  {
    name: 'decisions',
    interrupts: { send_email: { allowed_decisions: ['approve', 'reject'] } },
    ...stops,
    recommended: [],
  },
  {
    name: 'all decisions',
    interrupts: { send_email: { allowed_decisions: ['approve', 'edit', 'reject', 'respond'] } },
    ...stops,
    recommended: [],
  },
  {
    name: 'a description',
    interrupts: { send_email: { allowed_decisions: ['approve'], description: 'Look.' } },
    ...stops,
    recommended: [],
  },
  {
    name: 'exported decisions',
    interrupts: { [dotted]: { allowed_decisions: ['approve'] } },
    ...runs,
    code: 'server-in-key',
    recommended: [],
  },
  {
    name: 'no decisions',
    interrupts: { send_email: { allowed_decisions: [] } },
    ...runs,
    code: 'no-decisions',
    recommended: [],
  },
  { name: 'an empty object', interrupts: { send_email: {} }, ...runs, code: 'no-decisions', recommended: [] },
  {
    name: 'unknown decisions',
    interrupts: { send_email: { allowed_decisions: ['maybe'] } },
    runtime: 'depends on the version',
    effective: 'unknown',
    code: 'unknown-decisions',
    recommended: [],
  },
  {
    name: 'decisions as text',
    interrupts: { send_email: { allowed_decisions: 'approve' } },
    runtime: 'depends on the version',
    effective: 'unknown',
    code: 'unknown-decisions',
    recommended: [],
  },
  {
    name: 'a condition',
    interrupts: { send_email: { allowed_decisions: ['approve'], when: 'always' } },
    runtime: 'depends on the version',
    effective: 'unknown',
    code: 'condition',
    recommended: [],
  },
  {
    name: 'null',
    interrupts: { send_email: null },
    runtime: 'does not load',
    effective: 'unknown',
    code: 'unreadable-value',
    recommended: [],
  },
  {
    name: 'exported null',
    interrupts: { [dotted]: null },
    runtime: 'does not load',
    effective: 'unknown',
    code: 'unreadable-value',
    recommended: [],
  },
  {
    name: 'another case',
    interrupts: { Send_email: true },
    runtime: 'runs',
    effective: 'unknown',
    code: 'tool-not-listed',
    recommended: [],
  },
  {
    name: 'with a prefix',
    interrupts: { mail_send_email: true },
    runtime: 'runs',
    effective: 'unknown',
    code: 'tool-not-listed',
    recommended: [],
  },
  {
    name: 'a built-in tool',
    interrupts: { write_file: true },
    runtime: 'runs',
    effective: 'unknown',
    code: 'tool-not-listed',
    recommended: [],
  },
  {
    name: 'half a key',
    interrupts: { [`${url}::send_email`]: true },
    runtime: 'runs',
    effective: 'unknown',
    code: 'tool-not-listed',
    recommended: [],
  },
]

const read = async (tools: object, subagent?: object) =>
  readBundle(
    buildZip({
      entries: [
        { name: 'AGENTS.md', content: '# Agent\n' },
        { name: 'tools.json', content: JSON.stringify(tools) },
        ...(subagent
          ? [
              { name: 'subagents/s/AGENTS.md', content: 'Mail.\n' },
              { name: 'subagents/s/tools.json', content: JSON.stringify(subagent) },
            ]
          : []),
      ],
    }),
  )

/** The middleware, in a few lines: whether a call of this tool is stopped. */
function runtimeStops(interrupts: Readonly<Record<string, unknown>>, tool: string): Row['runtime'] {
  const values = Object.values(interrupts)
  if (
    values.some(
      (value) => typeof value !== 'boolean' && (typeof value !== 'object' || value === null || Array.isArray(value)),
    )
  )
    return 'does not load'
  const value = Object.hasOwn(interrupts, tool) ? interrupts[tool] : false
  if (typeof value === 'boolean') return value ? 'stops' : 'runs'
  const { allowed_decisions: allowed, when } = value as { allowed_decisions?: unknown; when?: unknown }
  if (allowed === undefined || (Array.isArray(allowed) && allowed.length === 0)) return 'runs'
  const known =
    Array.isArray(allowed) && allowed.every((one) => ['approve', 'edit', 'reject', 'respond'].includes(one as string))
  return known && when === undefined ? 'stops' : 'depends on the version'
}

/** The import's rule: `true` under the exported key or the name. */
function importRecommends(interrupts: Readonly<Record<string, unknown>>): string[] {
  return listed
    .filter(({ name, mcp_server_url, mcp_server_name }) =>
      [`${mcp_server_url}::${name}::${mcp_server_name}`, name].some((key) => interrupts[key] === true),
    )
    .map(({ name }) => name)
}

describe('interrupts of a bundle', () => {
  it.each(rows)(
    'are judged as the runtime acts: $name',
    async ({ interrupts, runtime, effective, code, recommended }) => {
      expect(runtimeStops(interrupts, 'send_email')).toBe(runtime)
      expect(importRecommends(interrupts)).toEqual(recommended)
      const { tools } = await read({ tools: listed, interrupt_config: interrupts })
      expect(tools.interrupts[0]).toMatchObject({ effective, reason: { code } })
      if (effective === 'yes') expect(runtime).toBe('stops')
      if (effective === 'no') expect(runtime).toBe('runs')
    },
  )

  it('are not inherited by subagents', async () => {
    const own = { tools: listed, interrupt_config: {} }
    const { subagents } = await read({ tools: listed, interrupt_config: { send_email: true } }, own)
    expect(subagents[0]!.tools!.interrupts).toEqual([])
  })

  it('are compared with the tools of their own agent', async () => {
    const { tools, subagents } = await read(
      { tools: [], interrupt_config: { send_email: true } },
      { tools: listed, interrupt_config: { send_email: true } },
    )
    expect(tools.interrupts[0]!.effective).toBe('unknown')
    expect(subagents[0]!.tools!.interrupts[0]!.effective).toBe('yes')
  })
})
