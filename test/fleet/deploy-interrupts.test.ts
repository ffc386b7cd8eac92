import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  checkPolicy,
  checkRelease,
  deployBundle,
  diffBundles,
  readBundle,
  readDeployment,
  readFolder,
  readPublished,
  rollback,
  toToolNameInterrupts,
  type AgentBundle,
} from '@sallyport/fleet'
import { beforeEach, describe, expect, it } from 'vitest'
import { buildZip } from '../support/archives/zip-builder.ts'
import { makeFolder } from '../support/deploy/folders.ts'

const url = 'https://mail.example.com/mcp'
const exported = `${url}::send::Mail`

async function agent(prompt: string, interrupts: object = { [exported]: true }): Promise<AgentBundle> {
  const tools = [{ name: 'send', mcp_server_url: url, mcp_server_name: 'Mail' }]
  const content = `\ufeff${JSON.stringify({ tools, interrupt_config: interrupts }, undefined, 2)}\n`
  const config = { name: 'AGENTS.md', content: prompt }
  return readBundle(buildZip({ entries: [config, { name: 'tools.json', content }] }))
}

let root: string
beforeEach(async () => {
  root = join(await makeFolder(), 'agents')
})
const deploy = async (bundle: AgentBundle) => deployBundle(bundle, root, { name: 'mailer', interrupts: 'tool-names' })

describe("deployBundle with interrupts: 'tool-names'", () => {
  it('writes the form that the runtime obeys, under its own digest', async () => {
    const bundle = await agent('Mail.')
    const deployed = await deploy(bundle)
    const written = await readFolder(deployed.path)
    expect(written.tools.raw['interrupt_config']).toEqual({ send: true })
    expect(written.digest).toBe(deployed.digest)
    expect(deployed).toMatchObject({ published: bundle.digest, rewrites: [{ tool: 'send', keys: [exported] }] })
    expect(deployed.digest).not.toBe(bundle.digest)
    expect((await toToolNameInterrupts(bundle)).bundle.digest).toBe(deployed.digest)
    expect((await checkPolicy(written, { keepInterrupts: ['send'], effectiveInterrupts: true })).ok).toBe(true)
    expect(await checkRelease(root)).toEqual([])
    expect(await deploy(bundle)).toMatchObject({ changed: false, digest: deployed.digest })
  })

  it('keeps the original, so that what was published can be compared', async () => {
    const bundle = await agent('Mail.')
    const { digest } = await deploy(bundle)
    const { current } = await readDeployment(root)
    expect(current).toMatchObject({ digest, manifest: { digest, published: { digest: bundle.digest } } })
    const published = await readPublished(root, { name: 'mailer' })
    expect(published.digest).toBe(bundle.digest)
    expect((await diffBundles(published, bundle)).isEmpty).toBe(true)
    const next = await agent('Mail more.')
    expect((await diffBundles(published, next)).changes).toMatchObject([{ kind: 'prompt-changed' }])
    const written = await readFolder(current!.path)
    expect((await diffBundles(written, (await toToolNameInterrupts(next)).bundle)).changes).toMatchObject([
      { kind: 'prompt-changed' },
    ])
    expect((await diffBundles(written, next)).changes).toContainEqual(expect.objectContaining({ severity: 'warning' }))
  })

  it('rolls back to a release that was rewritten', async () => {
    const [first, second] = [await deploy(await agent('One.')), await deploy(await agent('Two.'))]
    expect(second.previous).toBe(first.digest)
    expect(await rollback(root)).toMatchObject({ digest: first.digest, changed: true })
    expect((await readPublished(root)).agentsMd).toBe('One.')
    expect((await readPublished(root, { digest: second.digest })).agentsMd).toBe('Two.')
  })

  it('changes nothing that has the form already', async () => {
    const bundle = await agent('Mail.', { send: true })
    const deployed = await deploy(bundle)
    expect(deployed).toMatchObject({ digest: bundle.digest, changed: true })
    expect(deployed).not.toHaveProperty('published')
    expect((await readPublished(root)).digest).toBe(bundle.digest)
  })

  it('trusts no original that does not give the published digest', async () => {
    const { digest } = await deploy(await agent('Mail.'))
    const path = join(root, 'mailer', 'releases', `${digest}.json`)
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('::send::Mail', '::read::Mail'))
    expect((await readDeployment(root)).current?.manifest).toBeUndefined()
    await expect(readPublished(root)).rejects.toMatchObject({ code: 'RELEASE_DAMAGED' })
  })

  it('leaves a bundle alone by default, and rejects other forms', async () => {
    const bundle = await agent('Mail.')
    expect((await deployBundle(bundle, root, { name: 'mailer' })).digest).toBe(bundle.digest)
    const odd = { name: 'mailer', interrupts: 'toolnames' as 'tool-names' }
    await expect(deployBundle(bundle, root, odd)).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  })
})
