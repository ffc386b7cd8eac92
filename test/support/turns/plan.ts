import { crc32 } from 'node:zlib'
import type { ArchiveFile } from '../../../packages/fleet/src/zip/archive.ts'

/** A text: one piece, repeated. */
export interface Text {
  readonly piece: string
  readonly length: number
}

/** What a hostile bundle is made of. The search changes one number or piece at a time. */
export interface Plan {
  /** Folders below `subagents/`, and those below `skills/`. */
  readonly subagents: number
  readonly skills: number
  /** Other files, their bytes, and the levels of their paths. */
  readonly files: number
  readonly fileBytes: number
  readonly levels: number
  /** In every `tools.json`. */
  readonly tools: number
  readonly interrupts: number
  /** Parts of the texts below. */
  readonly name: Text
  readonly url: Text
  readonly value: Text
  readonly prompt: Text
  readonly matter: Text
  readonly path: Text
  readonly line: Text
  readonly config: Text
  /** Which form URLs, keys, values and front matter have. */
  readonly forms: {
    readonly url: number
    readonly key: number
    readonly value: number
    readonly matter: number
    readonly config: number
  }
  /** What differs from the version before: every `step`th line, and these parts as bits. */
  readonly step: number
  readonly differs: number
}

const mebibyte = 1024 * 1024

/** A text of a plan, with a number that makes it one of its kind. */
export function write({ piece, length }: Text, index?: number | string): string {
  const text = piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
  return index === undefined ? text : `${text}${index}`
}

/** The files of a bundle, within the limits of reading. @param version 0 before, 1 after */
export function filesOf(plan: Plan, version: 0 | 1): ArchiveFile[] {
  const files = new Map<string, string | Uint8Array>()
  const other = (bit: number): string => (version === 0 || (plan.differs & bit) === 0 ? '' : 'x')
  let json = 4 * mebibyte
  const addJson = (path: string, text: string): void => {
    json -= Buffer.byteLength(text)
    if (json >= 0) files.set(path, text)
  }
  const prompt = linesOf(plan, plan.prompt, version)
  let text = 24 * mebibyte
  const addText = (path: string, matter: string): void => {
    text -= matter.length + prompt.length
    if (text >= 0) files.set(path, matter + prompt)
  }
  addText('AGENTS.md', '')
  addJson('config.json', configOf(plan, other(16)))
  for (let agent = -1; agent < plan.subagents; agent++) {
    const folder = agent < 0 ? '' : `subagents/${nameOf(plan.path, agent)}${other(1)}/`
    if (agent >= 0) addText(`${folder}AGENTS.md`, matterOf(plan, agent, other(8)))
    if (json > 0 && (plan.tools + plan.interrupts > 0 || agent < 0))
      addJson(`${folder}tools.json`, toolsOf(plan, other))
  }
  for (let skill = 0; skill < plan.skills; skill++) {
    const folder = `skills/${`${nameOf(plan.path, skill)}/`.repeat(Math.max(1, plan.levels - 3))}`
    addText(`${folder}${other(1)}SKILL.md`, matterOf(plan, skill, other(8)))
    if (text < 0) break
  }
  const content = Buffer.from(linesOf(plan, { ...plan.line, length: plan.files === 0 ? 0 : plan.fileBytes }, version))
  const most = Math.floor((32 * mebibyte) / Math.max(1, content.length))
  for (let file = 0; file < Math.min(plan.files, most); file++)
    files.set(
      `${`${nameOf(plan.path, 'd')}/`.repeat(plan.levels - 1)}${nameOf(plan.path, file)}${other(1)}.txt`,
      content,
    )
  return [...files].slice(0, 10_000).map(([path, value]) => {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    return { path, bytes, crc: crc32(bytes) }
  })
}

// Names of files: without characters that the reader rejects, and short enough for one segment.
function nameOf({ piece, length }: Text, index: number | string): string {
  const text = write(
    {
      piece: /^[\p{L}\p{M}\p{N}\p{So} @_-]+$/u.test(piece) && piece.isWellFormed() ? piece : 'n',
      length: Math.min(length, 40),
    },
    index,
  )
  return text.toWellFormed().trim() || 'n'
}

function linesOf(plan: Plan, text: Text, version: 0 | 1): string {
  const width = Math.max(1, plan.line.length)
  const whole = write(text)
  if ((plan.differs & 4) === 0) return whole
  const lines: string[] = []
  for (let start = 0, line = 0; start < whole.length; start += width, line++)
    lines.push(
      (version === 1 && line % Math.max(1, plan.step) === 0 ? `${line}x` : '') + whole.slice(start, start + width),
    )
  return lines.join('\n')
}

const urlForms: readonly ((text: string, index: number) => string)[] = [
  (text) => text,
  (text, index) => text + index,
  (text, index) => `https://h${index}.example/${text}`,
  (text, index) => `https://mcp.example.com/${index}?${text}`,
  (text, index) => `http://${text}${index}.example`,
  (text, index) => `https://u:${text}@h${index}.example`,
  (text, index) => `http://localhost/${text}/${index}`,
  (text, index) => `https://h.example/${index}#${text}`,
]

const valueForms: readonly ((text: string, index: number) => unknown)[] = [
  () => true,
  () => false,
  () => null,
  () => ({ allowed_decisions: ['approve', 'reject'] }),
  (text) => ({ allowed_decisions: [text] }),
  (text, index) => ({ allowed_decisions: ['approve'], description: text + index }),
  (text, index) => ({
    allowed_decisions: Array.from({ length: 20 }, () => ['approve', 'edit', 'reject'][index % 3]),
    when: text,
  }),
  (text) => nested(text, 60),
]

function nested(value: unknown, levels: number): unknown {
  return levels === 0 ? value : { a: nested(value, levels - 1) }
}

function toolsOf(plan: Plan, other: (bit: number) => string): string {
  const url = urlForms[plan.forms.url % urlForms.length]!
  const value = valueForms[plan.forms.value % valueForms.length]!
  const parts: string[] = []
  const entries: string[] = []
  let room = mebibyte - 1_000
  for (let index = 0; index < Math.min(plan.tools, 10_000); index++) {
    const name = write(plan.name, plan.forms.key % 2 === 0 ? index : undefined) + other(1)
    const tool = JSON.stringify({
      name,
      mcp_server_url: url(write(plan.url), index) + other(2),
      mcp_server_name: plan.forms.key > 3 ? 's' : undefined,
      ...(plan.forms.value > 4 ? { extra: write(plan.value, index) + other(8) } : undefined),
    })
    room -= Buffer.byteLength(tool) + 1
    if (room < 0) break
    parts.push(tool)
  }
  const seen = new Set<string>()
  for (let index = 0; index < plan.interrupts; index++) {
    const name = write(plan.name, index)
    const key =
      plan.forms.key < 2
        ? name
        : `${url(write(plan.url), index)}::${plan.forms.key % 2 === 0 ? name : write(plan.name)}::${index}`
    if (seen.has(key + other(32))) continue
    seen.add(key + other(32))
    const entry = `${JSON.stringify(key + other(32))}:${JSON.stringify(value(write(plan.value), index))}`
    room -= Buffer.byteLength(entry) + 1
    if (room < 0) break
    entries.push(entry)
  }
  return `{"tools":[${parts.join(',')}],"interrupt_config":{${entries.join(',')}}}`
}

function configOf({ config, forms, value }: Plan, other: string): string {
  const text = write({ ...config, length: Math.min(config.length, 100_000) })
  if (forms.config === 0) return JSON.stringify({ name: text + other })
  const model = { config: { configurable: { llm_model_config: { modelId: text + other } } } }
  if (forms.config === 1) return JSON.stringify(model)
  if (forms.config === 2) {
    const members = Array.from({ length: Math.min(30_000, config.length) }, (_, index) => [`m${index}`, index + other])
    return JSON.stringify(Object.fromEntries(members))
  }
  if (forms.config === 3) {
    const levels = Math.min(config.length, 400_000)
    return `{"a":${'['.repeat(levels)}${other ? 1 : 2}${']'.repeat(levels)}}`
  }
  if (forms.config === 4) return `{"a":${'9'.repeat(Math.min(config.length, 1_000_000))}${other ? 1 : 2}}`
  const members = Array.from({ length: Math.min(400, config.length) }, (_, index) => [
    write(value, index),
    nested(text.slice(0, 100) + other, 9),
  ])
  return JSON.stringify(Object.fromEntries(members)).slice(0, 1_000_000)
}

function matterOf(plan: Plan, index: number, other: string): string {
  const text = write({ ...plan.matter, length: Math.min(plan.matter.length, 15_000) })
  const form = plan.forms.matter % 9
  if (form === 0) return ''
  if (form === 1)
    return `---\nname: ${index}\ndescription: ${JSON.stringify(text).replaceAll(/[\u0085\u2028\u2029]/g, ' ')}${other}\n---\n`
  if (form === 2) return `---\n${text}\n---\n`
  if (form === 3) return `---${text}`
  if (form === 4) return `---\nmodel: ${index}${other}\nmodel_id: m${index}${other}\n---\n`
  if (form === 5)
    return `---\n${Array.from({ length: Math.min(600, plan.matter.length) }, (_, key) => `k${key}: ${key}${other}`).join('\n')}\n---\n`
  if (form === 6) return `---\n${'['.repeat(Math.min(30, plan.matter.length))}\n---\n`
  if (form === 7) return `---\nname: n${index}\ndescription: d\nv: ${text.replaceAll('\n', ' ')}\n---\n`
  return `\ufeff---\n${text}\n---\n`
}
