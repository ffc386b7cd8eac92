import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { noise, toBytes } from './bytes.ts'

const text = (value: string) => toBytes(value)

/** The files of one agent, of every kind Fleet users have: nested, empty, large, random, with names in other scripts. */
export const agentFiles: ReadonlyMap<string, Uint8Array> = new Map([
  ['AGENTS.md', text('# Research agent\n\nYou find things out. Ask before you send.\n')],
  [
    'config.json',
    text(
      JSON.stringify({
        name: 'Research',
        description: 'Finds things out',
        visibility_scope: 'tenant',
        triggers_paused: false,
      }),
    ),
  ],
  [
    'tools.json',
    text(
      JSON.stringify({
        tools: [{ name: 'search', mcp_server_url: 'https://tools.example/mcp' }],
        interrupt_config: {},
      }),
    ),
  ],
  ['skills/search/SKILL.md', text('---\nname: search\ndescription: Search the web\n---\nSearch twice.\n')],
  ['skills/search/scripts/run.py', text('print("found")\n')],
  ['skills/search/reference/deep/notes.md', text('notes\n'.repeat(40))],
  ['skills/search/data.csv', text('id,name,value\n' + '1,some value,42\n'.repeat(19_000))],
  ['skills/search/model.bin', noise(100_000)],
  ['skills/search/empty.txt', new Uint8Array()],
  ['skills/übersetzen/SKILL.md', text('---\nname: übersetzen\n---\nÜbersetze.\n')],
  ['skills/要約/SKILL.md', text('---\nname: 要約\n---\n要約する。\n')],
  ['subagents/research_worker/AGENTS.md', text('---\ndescription: Works\n---\nYou work.\n')],
  ['subagents/research_worker/tools.json', text('{"tools":[]}')],
])

/** Every folder that files imply, parents first, each with a slash at its end. */
export function foldersOf(files: ReadonlyMap<string, Uint8Array>): string[] {
  return [...new Set([...files.keys()].flatMap(parents))]
}

/** The files with plain ASCII names. */
export const asciiFiles: ReadonlyMap<string, Uint8Array> = new Map(
  [...agentFiles].filter(([path]) => toBytes(path).length === path.length),
)

/** Writes the files of an agent into a folder. */
export function writeAgent(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}

function parents(path: string): string[] {
  const segments = path.split('/').slice(0, -1)
  return segments.map((_, index) => `${segments.slice(0, index + 1).join('/')}/`)
}
