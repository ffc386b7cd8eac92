import type { AgentBundle, AgentTool, BundleWarning, ToolInterrupt, ToolsConfig } from '@sallyport/fleet'
import { toLine, type Output } from '../output.ts'
import { counted } from '../text/amounts.ts'
import { renderTable, type Column } from '../text/table.ts'
import { hang } from '../text/wrap.ts'
import type { Inspection } from './read-source.ts'

/** An inspection as `--json` prints it. */
export function toRecord(inspection: Inspection): Readonly<Record<string, unknown>> {
  if (!inspection.ok) {
    const { exit: _exit, ...rejected } = inspection
    return rejected
  }
  const { file, bundle } = inspection
  const files = bundle.files.map(({ path, bytes, sha256 }) => ({ path, size: bytes.length, sha256 }))
  const interrupts = [undefined, ...bundle.subagents].flatMap((subagent) =>
    ((subagent ?? bundle).tools?.interrupts ?? []).map(({ key, tool, enabled, effective, reason }) => {
      return { subagent: subagent?.name, key, tool, enabled, effective, reason }
    }),
  )
  return { file, ok: true, digest: bundle.digest, files, interrupts, warnings: bundle.warnings }
}

const titleWidth = 14

/** An inspection as text: what the bundle contains, or why it was rejected. */
export function renderText(inspection: Inspection, output: Pick<Output, 'columns' | 'style'>): string {
  const { columns } = output
  const { file } = inspection
  if (!inspection.ok)
    return `✗ ${toLine(file)}\n${hang('  rejected    ', `${inspection.code}: ${toLine(inspection.message)}`, columns)}`
  const { bundle } = inspection
  const parts: [string, string[]][] = [
    ['agent', [nameOf(bundle)]],
    ['digest', [bundle.digest]],
    ['files', renderFiles(bundle, output)],
    ['tools', renderTools(bundle)],
    ['interrupts', renderInterrupts(bundle)],
    ['subagents', bundle.subagents.map(({ name, description }) => withDescription(name, description))],
    ['skills', bundle.skills.map(({ name, frontMatter }) => withDescription(name, frontMatter['description']))],
    ['warnings', bundle.warnings.map(describeWarning)],
  ]
  const lines = parts.flatMap(([title, values]) =>
    (values.length === 0 ? ['none'] : values).map((value, index) =>
      hang(
        `  ${(index === 0 ? title : '').padEnd(titleWidth - 2)}`,
        value,
        columns,
        title === 'files' ? undefined : titleWidth + 2,
      ),
    ),
  )
  return [`✓ ${toLine(file)}`, ...lines].join('\n')
}

function nameOf({ config }: AgentBundle): string {
  return config.name === undefined ? 'without a name' : withDescription(config.name, config.description)
}

function withDescription(name: string, description: unknown): string {
  return typeof description === 'string' && description !== ''
    ? `${toLine(name)}: ${toLine(description)}`
    : toLine(name)
}

function describeWarning({ code, path, line, message }: BundleWarning): string {
  return `${code} ${toLine(path)}${line === undefined ? '' : `:${line}`}: ${toLine(message)}`
}

const fileColumns: readonly Column[] = [
  { title: 'BYTES', align: 'right' },
  { title: 'SHA-256' },
  { title: 'PATH', below: 'whole' },
]

function renderFiles({ files }: AgentBundle, { columns, style }: Pick<Output, 'columns' | 'style'>): string[] {
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const rows = files.map(({ path, bytes, sha256 }) => [bytes.length.toLocaleString('en'), sha256.slice(0, 12), path])
  const table = renderTable({ columns: columns - titleWidth, style }, fileColumns, rows)
  return [`${files.length}, together ${counted(total, 'byte')}`, ...table.split('\n')]
}

/** The tools of the agent and of each subagent, with their owner. */
function listTools({ tools, subagents }: AgentBundle): { readonly owner: string; readonly config: ToolsConfig }[] {
  const own = subagents.flatMap(({ name, tools: config }) => (config ? [{ owner: ` (${toLine(name)})`, config }] : []))
  return [{ owner: '', config: tools }, ...own]
}

function renderTools(bundle: AgentBundle): string[] {
  return listTools(bundle).flatMap(({ owner, config }) => config.tools.map((tool) => describeTool(tool) + owner))
}

function describeTool({ name, display_name, mcp_server_name, mcp_server_url }: AgentTool): string {
  const server = [mcp_server_name, mcp_server_url].filter((text) => typeof text === 'string' && text !== '').join(', ')
  return `${withDescription(name, display_name)}${server === '' ? '' : `, from ${toLine(server)}`}`
}

function renderInterrupts(bundle: AgentBundle): string[] {
  return listTools(bundle).flatMap(({ owner, config }) =>
    config.interrupts.map((interrupt) => `${toLine(interrupt.tool)}: ${describeInterrupt(interrupt)}${owner}`),
  )
}

function describeInterrupt({ enabled, effective, reason }: ToolInterrupt): string {
  if (effective === 'yes') return 'asks a person first'
  if (!enabled && effective === 'no') return 'runs freely'
  return `${effective === 'no' ? 'RUNS WITHOUT ASKING' : 'may run without asking'}: ${toLine(reason.message)}`
}
