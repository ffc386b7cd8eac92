import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fleet, readBundle } from '@sallyport/fleet'
import { signDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildZip } from '../support/archives/zip-builder.ts'
import { run, temporaryFolder } from '../support/cli/command.ts'
import { runJson } from '../support/cli/host.ts'

const cleaning: (() => Promise<void>)[] = []
let folder: string
let digest: string

beforeAll(async () => {
  folder = await temporaryFolder((remove) => cleaning.push(remove))
  const { body } = signDelivery(fleet(), { secret: 'unused' })
  const { files } = JSON.parse(Buffer.from(body).toString()) as { files: { content_base64: string } }
  const archive = Buffer.from(files.content_base64, 'base64')
  digest = (await readBundle(archive)).digest
  await writeFile(join(folder, 'agent.zip'), archive)
  await writeFile(join(folder, 'payload.json'), body)
  await mkdir(join(folder, 'other'))
  await writeFile(join(folder, 'other', 'AGENTS.md'), '# Another\n')
  await writeFile(join(folder, 'broken.zip'), archive.subarray(0, 100))
})
afterAll(() => Promise.all(cleaning.map((remove) => remove())))

const unflagged = buildZip({
  entries: [
    { name: 'AGENTS.md', content: '# An agent\n' },
    { name: 'skills/é/SKILL.md', content: '---\nname: é\ndescription: d\n---\nText\n', flags: 0 },
  ],
})

const bundle = (...args: string[]) => runJson(['bundle', ...args], { cwd: folder })

describe('bundle', () => {
  it('reads names without the UTF-8 mark if allowed', async () => {
    await writeFile(join(folder, 'finder.zip'), unflagged)
    const commands = [
      ['inspect', 'finder.zip'],
      ['check', 'finder.zip'],
      ['diff', 'finder.zip', 'finder.zip'],
      ['pack', 'finder.zip', '--out', 'flagged.zip'],
      ['extract', 'finder.zip', '--to', 'from-finder'],
      ['deploy', 'finder.zip', '--root', 'agents-of-finder', '--name', 'finder'],
    ]
    for (const command of commands) {
      expect(await bundle(...command)).toMatchObject({ code: 1, records: [{ code: 'NAME_UNFLAGGED' }] })
      expect(await bundle(...command, '--allow-unflagged-utf8')).toMatchObject({ code: 0, records: [{ ok: true }] })
    }
  })

  it('inspect prints a line per bundle in the documented shape', async () => {
    const { code, records } = await bundle('inspect', 'agent.zip', 'broken.zip', 'payload.json')
    expect(code).toBe(1)
    expect(records.map(({ file, ok }) => [file, ok])).toEqual([
      ['agent.zip', true],
      ['broken.zip', false],
      ['payload.json', true],
    ])
    expect(Object.keys(records[0]!)).toEqual(['file', 'ok', 'digest', 'files', 'interrupts', 'warnings'])
    expect(Object.keys(records[1]!)).toEqual(['file', 'ok', 'code', 'message'])
  })

  it('diff ends with 0 for equal bundles, else with 1', async () => {
    expect(await bundle('diff', 'agent.zip', 'payload.json')).toMatchObject({
      code: 0,
      records: [{ ok: true, isEmpty: true }],
    })
    expect(await bundle('diff', 'agent.zip', 'other')).toMatchObject({
      code: 1,
      records: [{ ok: true, isEmpty: false, from: digest }],
    })
    const { code, stdout } = await run(['bundle', 'diff', 'agent.zip', 'other', '--markdown'], { cwd: folder })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^#/m)
    expect(await bundle('diff', 'agent.zip', 'broken.zip')).toMatchObject({
      code: 1,
      records: [{ ok: false, code: expect.any(String) }],
    })
  })

  it('pack is reproducible and replaces only with --force', async () => {
    expect(await bundle('pack', 'agent.zip', '--out', 'one.zip')).toMatchObject({
      code: 0,
      records: [{ ok: true, digest }],
    })
    expect(await bundle('pack', 'payload.json', '--out', 'two.zip')).toMatchObject({ code: 0 })
    expect(await readFile(join(folder, 'one.zip'))).toEqual(await readFile(join(folder, 'two.zip')))
    expect(await bundle('pack', 'other', '--out', 'one.zip')).toMatchObject({
      code: 1,
      records: [{ code: 'FILE_EXISTS' }],
    })
    expect(await bundle('pack', 'other', '--out', 'one.zip', '--force')).toMatchObject({ code: 0 })
  })

  it('extract creates a complete folder or nothing', async () => {
    expect(await bundle('extract', 'agent.zip', '--to', 'unpacked')).toMatchObject({ code: 0, records: [{ digest }] })
    expect(await readdir(join(folder, 'unpacked'))).toContain('AGENTS.md')
    expect(await bundle('extract', 'agent.zip', '--to', 'unpacked')).toMatchObject({
      code: 1,
      records: [{ code: 'TARGET_EXISTS' }],
    })
    expect(await bundle('extract', 'broken.zip', '--to', 'none')).toMatchObject({ code: 1 })
    expect(await readdir(folder)).not.toContain('none')
  })

  describe('check', () => {
    it('checks a bundle against a policy', async () => {
      await writeFile(join(folder, 'policy.json'), '{"mcpHosts":["*.example.org"]}')
      await writeFile(join(folder, 'wrong.json'), '{"mcpHost":[]}')
      expect(await bundle('check', 'agent.zip')).toMatchObject({ code: 0, records: [{ ok: true, findings: [] }] })
      expect(await bundle('check', 'agent.zip', '--policy', 'policy.json')).toMatchObject({
        code: 1,
        records: [{ ok: false, findings: expect.arrayContaining([expect.objectContaining({ rule: 'mcp-host' })]) }],
      })
      await writeFile(join(folder, 'twice.json'), '{"keepInterrupts":["a"],"keepInterrupts":[]}')
      expect(await bundle('check', 'agent.zip', '--policy', 'twice.json')).toMatchObject({
        code: 3,
        records: [{ code: 'POLICY_INVALID', message: expect.stringContaining('twice.json') }],
      })
      expect(await bundle('check', 'agent.zip', '--policy', 'wrong.json')).toMatchObject({
        code: 3,
        records: [{ code: 'OPTION_INVALID' }],
      })
    })

    describe('--runtime', () => {
      const check = ['bundle', 'check', 'unloadable', '--runtime']

      beforeAll(async () => {
        const agent = join(folder, 'unloadable')
        await mkdir(join(agent, 'skills', 'search'), { recursive: true })
        await writeFile(join(agent, 'AGENTS.md'), '# Agent\n')
        await writeFile(join(agent, 'config.json'), '{}')
        await writeFile(join(agent, 'tools.json'), '{"tools":[]}')
        const skill = '---\nname: search\ndescription: Use when: asked\n---\nSearch.\n'
        await writeFile(join(agent, 'skills', 'search', 'SKILL.md'), skill)
      })

      it('prints every finding with its fix in 80 columns', async () => {
        const { code, stdout } = await run(check, { cwd: folder })
        expect(code).toBe(1)
        const lines = stdout.trimEnd().split('\n')
        expect(lines[0]).toBe('✗ check failed')
        expect(lines.slice(lines.indexOf('✗ fleet-deepagents-export does not load the agent'))).toEqual([
          '✗ fleet-deepagents-export does not load the agent',
          '✓ deepagents-talon loads the agent',
          'error    config.json  MODEL_MISSING',
          '         fleet-deepagents-export: does not load without a model; add',
          '         config.configurable.llm_model_config.modelId',
          'warning  skills/search/SKILL.md:3  SKILL_NOT_LOADED',
          '         the skill is left out: it is not valid YAML; put the value in quotes',
        ])
      })

      it('adds the findings and readings to --json', async () => {
        expect(await runJson(check, { cwd: folder })).toMatchObject({
          code: 1,
          records: [
            {
              ok: false,
              runtime: {
                ok: false,
                findings: [{ code: 'MODEL_MISSING' }, { code: 'SKILL_NOT_LOADED', line: 3 }],
                readings: { 'fleet-deepagents-export': { loads: false }, 'deepagents-talon': { loads: true } },
              },
            },
          ],
        })
      })

      it('is asked for: without it the agent passes', async () => {
        const { code, records } = await bundle('check', 'unloadable')
        expect([code, Object.hasOwn(records[0]!, 'runtime')]).toEqual([0, false])
      })
    })

    it('checks the credentials of the tools of a payload', async () => {
      const check = ['bundle', 'check', 'payload.json']
      expect(await runJson(check, { cwd: folder })).toMatchObject({
        code: 1,
        records: [{ ok: false, auth: { ready: false } }],
      })
      const env = { TAVILY_API_KEY: 'hidden-value' }
      const ready = await runJson([...check, '--oauth', 'google:calendar.readonly'], { cwd: folder, env })
      expect(ready).toMatchObject({ code: 0, records: [{ ok: true, auth: { ready: true } }] })
      expect(JSON.stringify(ready)).not.toContain('hidden-value')
    })
  })

  it('check, diff and deploy take the form of approvals', async () => {
    const approvals = join(folder, 'approvals')
    await mkdir(approvals)
    await writeFile(join(approvals, 'AGENTS.md'), 'Mail.')
    const tools = [{ name: 'send', mcp_server_url: 'https://a.example', mcp_server_name: 'A' }]
    const config = { tools, interrupt_config: { 'https://a.example::send::A': true } }
    await writeFile(join(approvals, 'tools.json'), JSON.stringify(config))
    await writeFile(join(folder, 'effective.json'), '{"keepInterrupts":["send"],"effectiveInterrupts":true}')
    const check = ['check', 'approvals', '--policy', 'effective.json']
    expect(await bundle(...check)).toMatchObject({
      code: 1,
      records: [{ findings: [{ rule: 'interrupt-without-effect' }] }],
    })
    const form = ['--interrupts', 'tool-names']
    expect(await bundle(...check, ...form)).toMatchObject({ code: 0, records: [{ findings: [] }] })
    const deployed = await bundle('deploy', 'approvals', '--root', 'asking', '--name', 'mailer', ...form)
    expect(deployed).toMatchObject({ code: 0, records: [{ rewrites: [{ tool: 'send', asks: true }] }] })
    const { path } = deployed.records[0] as unknown as { path: string }
    expect(await bundle('diff', path, 'approvals', ...form)).toMatchObject({ code: 0 })
    expect(await bundle('diff', path, 'approvals')).toMatchObject({ code: 1 })
  })

  it('deploy and rollback switch releases', async () => {
    const deploy = (...args: string[]) => bundle('deploy', ...args, '--root', 'agents', '--name', 'one')
    expect(await deploy('agent.zip')).toMatchObject({ code: 0, records: [{ ok: true, digest, changed: true }] })
    expect(await deploy('payload.json')).toMatchObject({ code: 0, records: [{ digest, changed: false }] })
    expect(await deploy('other')).toMatchObject({ code: 0, records: [{ previous: digest }] })
    expect(await bundle('rollback', '--root', 'agents', '--yes')).toMatchObject({
      code: 0,
      records: [{ ok: true, digest }],
    })
    expect(await bundle('rollback', '--root', 'agents', '--yes', '--to', 'f'.repeat(64))).toMatchObject({
      code: 1,
      records: [{ code: 'NO_RELEASE' }],
    })
  })
})
