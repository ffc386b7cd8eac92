import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { vi } from 'vitest'
import { zipFiles } from '../../../packages/sallyport/src/testing/fixtures/zip.ts'
import { hostile } from './hostile-text.ts'

/** Writes bundles, requests, policies, configurations and an inbox whose every text is hostile. */
export async function writeHostileFiles(folder: string, secret: string, url: string): Promise<void> {
  const at = (name: string): string => join(folder, name)
  const agent = {
    'AGENTS.md': `# Agent\n${hostile}\n`,
    'config.json': JSON.stringify({ name: `Agent ${hostile}`, description: hostile, model: hostile }),
    'tools.json': JSON.stringify({
      tools: [
        { name: hostile, display_name: hostile, mcp_server_name: hostile, mcp_server_url: `https://x.test/${hostile}` },
        { name: 'send', mcp_server_url: hostile },
      ],
      interrupt_config: { [`https://x.test/${hostile}::send::${hostile}`]: true, [hostile]: true, send: false },
    }),
    'skills/one/SKILL.md': `---\nname: ${toYaml(hostile)}\ndescription: ${toYaml(hostile)}\n---\n${hostile}`,
    'subagents/one/AGENTS.md': hostile,
    'notes.md': `key: sk-${'a1B2'.repeat(12)} ${hostile}`,
  }
  for (const [name, content] of Object.entries(agent)) {
    await mkdir(join(at('agent'), name, '..'), { recursive: true })
    await writeFile(join(at('agent'), name), content)
  }
  await writeFile(at('agent.zip'), zipFiles(agent))
  await writeFile(at('named.zip'), zipFiles({ 'AGENTS.md': '# Agent', [`skills/one/${hostile}.md`]: 'x' }))
  await writeFile(at('odd.zip'), zipFiles({ 'AGENTS.md': '# Agent', 'skills/é\u2009漢字/SKILL.md': 'x' }))
  await mkdir(at('named'), { recursive: true })
  await writeFile(join(at('named'), 'AGENTS.md'), '# Agent')
  await writeFile(join(at('named'), `${hostile}.md`), 'x')
  const payload = {
    files: { content_base64: zipFiles(agent).toString('base64') },
    tool_auth_requirements: [{ tool: hostile, provider: hostile, scopes: [hostile], env: [hostile], name: hostile }],
  }
  await writeFile(at('payload.json'), JSON.stringify(payload))
  await writeFile(at('plain.json'), JSON.stringify({ files: { content_base64: hostile } }))
  await writeFile(at(`${hostile}.zip`), zipFiles(agent))
  await writeFile(at(hostile), hostile)
  await writeFile(at('policy.json'), JSON.stringify({ [hostile]: true, mcpHosts: [hostile] }))
  await writeFile(at('broken-policy.json'), `{"mcpHosts": ${hostile}`)
  await writeFile(at('hosts-policy.json'), JSON.stringify({ mcpHosts: ['only.test'], models: ['only'] }))
  await writeFile(at('request.http'), requestOf(hostile.replaceAll(/[\r\n]/g, ''), secret))
  await writeFile(at('unsigned.http'), `POST / HTTP/1.1\nX: \u001b[2J\u202e\n\n${hostile}`)
  await writeFile(at('variables.env'), `SALLYPORT_INBOX="${hostile}"\nSONZAI_API_KEY_FILE="${hostile}"\n`)
  await writeFile(at('utf16.env'), Buffer.from(`\ufeff${hostile}`, 'utf16le'))
  await fillInbox(at('inbox.db'))
  const configs: Readonly<Record<string, string>> = {
    throws: `throw new Error(${JSON.stringify(hostile)})`,
    coded: `throw Object.assign(new Error(${JSON.stringify(hostile)}), { code: ${JSON.stringify(hostile)} })`,
    syntax: `export default { ${hostile.replaceAll(/[\n\u2028\u2029]/g, '')}`,
    text: `throw ${JSON.stringify(hostile)}`,
    odd: `throw { get message() { throw new Error(${JSON.stringify(hostile)}) } }`,
    member: `export default ${JSON.stringify({ [hostile]: 1 })}`,
    importing: `import ${JSON.stringify(`./${hostile}.ts`)}`,
    values: `export default ${JSON.stringify({
      inbox: `${hostile}.db`,
      listen: { host: hostile, deploy: hostile },
      sandbox: { host: hostile, state: hostile },
      policy: { mcpHosts: [hostile], keepInterrupts: [hostile] },
      platforms: {
        sonzai: { projectId: hostile, secrets: 'store.json', webhooks: [{ eventType: hostile, url: url }] },
        invoratec: { webhooks: [{ eventType: hostile, url: url }], secrets: `${hostile}/store.json` },
      },
    })}`,
    providers: `
      import { defineProvider } from 'sallyport'
      import { sonzai } from 'sallyport/providers/sonzai'
      export default { providers: {
        ${JSON.stringify(hostile)}: { provider: sonzai(), secret: ${JSON.stringify(`file:${hostile}`)}, path: ${JSON.stringify(`/${hostile}`)} },
        sonzai: { secret: ${JSON.stringify(`file:${hostile}-none`)}, url: 'http://example.com/${encodeURIComponent(hostile)}' },
      } }`,
  }
  for (const [name, text] of Object.entries(configs)) await writeFile(at(`${name}.config.mjs`), text)
}

/** A text in YAML, which accepts most of it only in escapes. */
function toYaml(text: string): string {
  const escapes = Array.from(text, (character) => `\\U${character.codePointAt(0)!.toString(16).padStart(8, '0')}`)
  return `"${escapes.join('')}"`
}

function requestOf(text: string, secret: string): Buffer {
  const body = JSON.stringify({ event_type: text, agent_id: text, [text]: text })
  const { headers, body: bytes } = signDelivery(sonzai(), { secret, body })
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`)
  return Buffer.concat([
    Buffer.from(`POST /\u001b[2J\u202e HTTP/1.1\n${lines.join('\n')}\nX-Other: ${text}\n\n`),
    bytes,
  ])
}

/** Two events whose every text is hostile, and whose handler failed with a hostile message. */
async function fillInbox(path: string): Promise<void> {
  const inbox = createInbox({ engine: createSqliteEngine({ path }), retry: { attempts: 1 }, onError: () => {} })
  inbox.attach(hostile, () => Promise.reject(new Error(hostile)))
  for (const id of ['first', 'second', 'third', 'fourth'].map((word) => `${word}-${hostile}`)) {
    await inbox.store({
      key: `key-${id}`,
      provider: hostile,
      type: hostile,
      id,
      keyId: hostile,
      tenant: hostile,
      receivedAt: 0,
      method: hostile,
      url: hostile,
      headers: [[hostile, hostile]],
      signedHeaders: {},
      secretHeaders: [],
      body: Buffer.from(hostile),
      remoteAddress: hostile,
      orderKey: hostile,
    })
  }
  await vi.waitUntil(async () => (await inbox.stats()).counts.dead === 4, 10_000)
  await inbox.stop({ drainMs: 1_000 })
}
