import { link, mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { createAgents, type Agents } from '../../packages/console/src/agents/agents.ts'
import { toShownDiff } from '../../packages/console/src/agents/diff-releases.ts'
import { ConsoleError } from '../../packages/console/src/console-error.ts'
import { deployBundle } from '../../packages/fleet/src/deploy/deploy-bundle.ts'
import { makeBundle, makeVersion, snapshot } from '../support/deploy/bundles.ts'
import { makeFolder } from '../support/deploy/folders.ts'

const [one, two] = [makeVersion(1, { files: 1 }), makeVersion(2, { files: 1 })]

let root: string
let agents: Agents
beforeEach(async () => {
  root = join(await makeFolder(), 'agents')
  agents = createAgents(root)
})

const codeOf = async (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => (ConsoleError.is(error) ? error.code : String(error)),
  )

async function deployBoth(): Promise<void> {
  const publisher = { email: 'ann@example.com' }
  await deployBundle(one, root, { publisher, now: () => Date.UTC(2026, 0, 2) })
  await deployBundle(two, root, { publisher: { userId: 'u-2' }, action: 'Publish', now: () => Date.UTC(2026, 0, 3) })
}

describe('createAgents', () => {
  it('lists deployments with their current release', async () => {
    await deployBoth()
    expect(await agents.list()).toEqual({
      agents: [
        {
          name: 'researcher',
          current: two.digest,
          deployedAt: Date.UTC(2026, 0, 3),
          publisher: 'u-2',
          action: 'Publish',
          releases: 2,
        },
      ],
    })
  })

  it('lists what cannot be read with its problem', async () => {
    await deployBoth()
    await mkdir(join(root, 'empty', 'releases'), { recursive: true })
    await mkdir(join(root, 'odd', 'releases'), { recursive: true })
    await symlink('/etc', join(root, 'odd', 'current'))
    await rm(join(root, 'researcher', 'releases', `${two.digest}.json`))
    expect((await agents.list()).agents.map(({ name, problem }) => [name, problem])).toEqual([
      ['empty', 'No release is current'],
      ['odd', 'The target or a folder above it is a symbolic link or a file, or changed'],
      ['researcher', 'The manifest of the current release is missing or damaged'],
    ])
  })

  it('reads releases and the checks of the current one', async () => {
    await deployBoth()
    const detail = await agents.read('researcher')
    expect(detail).toMatchObject({ name: 'researcher', agent: 'Researcher', current: two.digest, previous: one.digest })
    expect(detail.releases.map(({ digest, isCurrent, isDamaged }) => [digest, isCurrent, isDamaged])).toEqual([
      [two.digest, true, false],
      [one.digest, false, false],
    ])
    expect(detail.releases[1]).toMatchObject({ publisher: 'ann@example.com', files: one.files.length })
    expect(detail.problems).toEqual([])
    expect(detail.policy).toEqual({ ok: true, findings: [] })
    expect(detail.runtime?.ok).toBe(true)
    expect(detail.readiness).toEqual({ ok: true, findings: [] })
  })

  it('holds the current release against the policy', async () => {
    await deployBoth()
    const { policy } = await createAgents(root, { models: ['anthropic:other'] }).read('researcher')
    expect(policy).toMatchObject({ ok: false, findings: [{ severity: 'error', code: 'model-not-allowed' }] })
  })

  it('names tools that are set to ask but run', async () => {
    const tool = { name: 'gmail_send', mcp_server_url: 'https://tools.example.com' }
    const interrupt_config = { 'https://tools.example.com::gmail_send::Mail': true }
    const tools = JSON.stringify({ tools: [tool], interrupt_config })
    await deployBundle(makeBundle({ 'AGENTS.md': '# Mail\n', 'tools.json': tools }, 'Mail'), root)
    const { readiness } = await agents.read('mail')
    expect(readiness).toMatchObject({
      ok: false,
      findings: [
        { severity: 'error', code: 'server-in-key', path: 'agent', text: /^gmail_send .*runs without asking/ },
      ],
    })
  })

  it('shows damage of every release, and checks what is on disk', async () => {
    await deployBoth()
    const releases = join(root, 'researcher', 'releases')
    await writeFile(join(releases, two.digest, 'AGENTS.md'), 'changed')
    await link(join(releases, one.digest, 'AGENTS.md'), join(root, 'another name'))
    const detail = await agents.read('researcher')
    expect(detail.releases.map(({ isDamaged }) => isDamaged)).toEqual([true, true])
    expect(detail.problems).toEqual([{ severity: 'error', code: 'changed', path: 'AGENTS.md', text: 'is changed' }])
    expect(detail.policy?.ok).toBe(true)
    expect(await codeOf(agents.diff('researcher', one.digest, two.digest))).toBe('CONSOLE_AGENT_DAMAGED')
    expect(await codeOf(agents.rollback('researcher', one.digest))).toBe('CONSOLE_AGENT_DAMAGED')
  })

  it('compares any two releases', async () => {
    await deployBoth()
    const { summary, changes } = await agents.diff('researcher', one.digest, two.digest)
    expect(summary).toMatch(/^Changes: /)
    const prompt = changes.find(({ text }) => text.startsWith('prompt changed: "AGENTS.md"'))
    expect(prompt).toMatchObject({
      severity: 'notice',
      lines: ['@@ -1 +1 @@', '-# Researcher, version 1', '+# Researcher, version 2'],
    })
    expect(await agents.diff('researcher', one.digest, one.digest)).toEqual({
      summary: 'Nothing changed',
      changes: [],
      omitted: 0,
    })
  })

  it('rolls back to a release', async () => {
    await deployBoth()
    expect(await agents.rollback('researcher', one.digest)).toEqual({ digest: one.digest, changed: true })
    expect(await readlink(join(root, 'researcher', 'current'))).toBe(`releases/${one.digest}`)
    expect(await agents.rollback('researcher', one.digest)).toEqual({ digest: one.digest, changed: false })
  })

  it('rolls back only from the release that was shown', async () => {
    await deployBoth()
    expect(await codeOf(agents.rollback('researcher', one.digest, one.digest))).toBe('CONSOLE_AGENT_CHANGED')
    expect(await codeOf(agents.rollback('researcher', one.digest, two.digest))).toBeUndefined()
  })

  it('makes every character of a delivery visible', async () => {
    const publisher = { email: 'ann\u202Emoc.live@\u0007x' }
    await deployBundle(one, root, { publisher, action: '<img src=x onerror=alert(1)>' })
    const [shown] = (await agents.list()).agents
    expect(shown).toMatchObject({
      publisher: String.raw`ann\u{202e}moc.live@\u{7}x`,
      action: '<img src=x onerror=alert(1)>',
    })
  })

  it('rejects hostile names and digests, and changes nothing', async () => {
    await deployBoth()
    await mkdir(join(root, '..', 'outside', 'releases', one.digest), { recursive: true })
    await symlink(join(root, '..', 'outside'), join(root, 'linked'))
    const before = await snapshot(join(root, '..'))
    const part = fc.constantFrom('..', '.', '/', '\\', 'researcher', 'releases', one.digest, '\0', '%2e', 'outside')
    const hostile = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/')),
      fc.constantFrom('../outside', 'linked', '/etc', 'researcher/', 'researcher/../researcher', 'CON', 'RESEARCHER '),
    )
    const known = ['CONSOLE_REQUEST_INVALID', 'CONSOLE_AGENT_MISSING', 'CONSOLE_AGENT_DAMAGED', 'CONSOLE_AGENT_FAILED']
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (name, digest) => {
        if (name !== 'researcher') {
          expect(known).toContain(await codeOf(agents.read(name)))
          expect(known).toContain(await codeOf(agents.diff(name, one.digest, two.digest)))
          expect(known).toContain(await codeOf(agents.rollback(name, one.digest)))
        }
        if (digest === one.digest) return
        expect(known).toContain(await codeOf(agents.diff('researcher', two.digest, digest)))
        expect(known).toContain(await codeOf(agents.rollback('researcher', digest)))
      }),
      { numRuns: 150 },
    )
    expect(await snapshot(join(root, '..'))).toEqual(before)
  })

  it('lists nothing before the first deployment', async () => {
    expect(await agents.list()).toEqual({ agents: [] })
  })

  it('says nothing of paths on the server', async () => {
    await deployBoth()
    await writeFile(join(root, 'file'), '')
    const works = [createAgents(join(root, 'file')).list(), agents.read('missing'), agents.rollback('..', one.digest)]
    const errors = await Promise.all(works.map(async (work) => work.catch((error: unknown) => error as ConsoleError)))
    expect(errors).toMatchObject([{ status: 409 }, { status: 404 }, { status: 400 }])
    for (const error of errors) expect(JSON.stringify([error, (error as ConsoleError).message])).not.toContain(root)
  })

  it('rejects more than 20 waiting requests', async () => {
    await deployBoth()
    const codes = await Promise.all(Array.from({ length: 25 }, async () => codeOf(agents.list())))
    expect(codes.filter((code) => code === 'CONSOLE_BUSY')).toHaveLength(5)
    expect(await codeOf(agents.list())).toBeUndefined()
  })
})

describe('toShownDiff', () => {
  it('keeps lines of a bundle below their change', () => {
    const text = [
      'Changes: 1 warning',
      'WARNING  a',
      '         +WARNING  b',
      '         -info     c',
      'and 3 more changes',
    ]
    expect(toShownDiff(text.join('\n'), 3)).toEqual({
      summary: 'Changes: 1 warning',
      changes: [{ severity: 'warning', text: 'a', lines: ['+WARNING  b', '-info     c'] }],
      omitted: 3,
    })
  })
})
