import * as z from 'zod'
import { FleetError } from '../fleet-error.ts'
import { listOf } from '../list-of.ts'
import type { AgentConfig, BundleFile, ToolInterrupt, ToolsConfig } from './agent-bundle.ts'
import { readJson } from './read-text.ts'
import type { Reading } from './reading.ts'

const Config = z.looseObject({
  name: z.string().optional(),
  description: z.string().nullish(),
  visibility_scope: z.string().nullish(),
  triggers_paused: z.boolean().nullish(),
})

const mostTools = 10_000
const Tools = z.looseObject({
  tools: listOf(
    z.looseObject({
      name: z.string(),
      mcp_server_url: z.string().nullish(),
      mcp_server_name: z.string().nullish(),
      display_name: z.string().nullish(),
    }),
    mostTools,
  ).nullish(),
  interrupt_config: z.record(z.string(), z.boolean()).nullish(),
})

/** Reads `config.json`. @throws FleetError `CONFIG_INVALID` */
export function readConfig(file: BundleFile, reading: Reading): AgentConfig {
  const result = Config.safeParse(readJson(file, 'CONFIG_INVALID', reading))
  if (!result.success) throw new FleetError('CONFIG_INVALID', { path: file.path, detail: describeIssue(result.error) })
  return result.data
}

/** Reads a `tools.json`. @throws FleetError `TOOLS_INVALID` */
export function readTools(file: BundleFile, reading: Reading): ToolsConfig {
  const raw = readJson(file, 'TOOLS_INVALID', reading)
  const result = Tools.safeParse(raw)
  if (!result.success) throw new FleetError('TOOLS_INVALID', { path: file.path, detail: describeIssue(result.error) })
  const { tools, interrupt_config } = result.data
  const interrupts = Object.entries(interrupt_config ?? {}).map(([key, enabled]) => {
    const parts = splitInterruptKey(key)
    if (parts === undefined) {
      throw new FleetError('TOOLS_INVALID', {
        path: file.path,
        detail: 'a key of interrupt_config is not "<url>::<tool>::<server>"',
      })
    }
    return { key, ...parts, enabled }
  })
  return { tools: tools ?? [], interrupts, raw }
}

// From the right: an IPv6 address in the URL contains "::" itself.
function splitInterruptKey(key: string): Omit<ToolInterrupt, 'key' | 'enabled'> | undefined {
  const beforeServer = key.lastIndexOf('::')
  const beforeTool = key.lastIndexOf('::', beforeServer - 1)
  if (beforeTool < 1 || beforeServer - beforeTool <= 2) return undefined
  return {
    serverUrl: key.slice(0, beforeTool),
    tool: key.slice(beforeTool + 2, beforeServer),
    serverName: key.slice(beforeServer + 2),
  }
}

function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues
  const [member, ...inside] = issue!.path.map(String)
  // Keys of interrupt_config are free text, so they are not shown.
  const place = member === 'interrupt_config' ? [member, ...inside.map(() => '*')] : issue!.path
  return `${place.join('.') || 'the file'}: ${issue!.message}`
}
