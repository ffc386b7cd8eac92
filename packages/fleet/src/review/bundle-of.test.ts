import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { assembleBundle } from '../bundle/read-bundle.ts'
import { createReading } from '../bundle/reading.ts'

/** Files by path; anything but text and bytes is written as JSON. */
export type Files = Readonly<Record<string, string | Uint8Array | object>>

/** A bundle of some files, for tests, read as from an archive. */
export async function bundleOf(files: Files): Promise<AgentBundle> {
  const all: Files = {
    'AGENTS.md': 'You help.\n',
    'config.json': { name: 'Agent' },
    'tools.json': { tools: [] },
    ...files,
  }
  const archiveFiles = Object.entries(all).map(([path, content]) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    const bytes = content instanceof Uint8Array ? content : Buffer.from(text)
    return { path, bytes, crc: crc32(bytes) }
  })
  return assembleBundle(archiveFiles, [], createReading())
}

/** `tools.json`, from `[name, server URL, server name]` and interrupts by key. */
export function toolsOf(
  tools: readonly (readonly [string, string?, string?])[],
  interrupts: Record<string, unknown> = {},
) {
  return {
    tools: tools.map(([name, mcp_server_url, mcp_server_name]) => ({ name, mcp_server_url, mcp_server_name })),
    interrupt_config: interrupts,
  }
}

describe('bundleOf', () => {
  it('makes a bundle', async () => {
    const bundle = await bundleOf({
      'tools.json': toolsOf([['send', 'https://a.example', 'A']], { 'https://a.example::send::A': true }),
    })
    expect(bundle.tools.interrupts).toMatchObject([
      { serverUrl: 'https://a.example', tool: 'send', serverName: 'A', enabled: true },
    ])
  })
})
