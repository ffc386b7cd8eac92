import { describe, expect, it } from 'vitest'
import { buildZip } from '../../../../test/support/archives/zip-builder.ts'
import { readBundle } from '../bundle/read-bundle.ts'
import { checkRuntime } from './check-runtime.ts'
import type { RuntimeReport } from './runtime-report.ts'

const agent = {
  'AGENTS.md': '# Agent\n',
  'config.json': '{"config":{"configurable":{"llm_model_config":{"modelId":"anthropic:model-1"}}}}',
  'tools.json': '{"tools":[]}',
}

async function check(files: Readonly<Record<string, string>>): Promise<RuntimeReport> {
  const entries = Object.entries({ ...agent, ...files }).map(([name, content]) => ({ name, content }))
  return checkRuntime(await readBundle(buildZip({ entries })))
}

const places = ({ findings }: RuntimeReport) => findings.map(({ code, path, line }) => `${code} ${path}:${line}`)
const skillAt = (text: string) => ({ 'skills/a/SKILL.md': text })
const workerAt = (text: string) => ({ 'subagents/w/AGENTS.md': text })

describe('checkRuntime', () => {
  it('accepts an agent that both read alike', async () => {
    const files = {
      ...skillAt('---\nname: a\ndescription: Does a\n---\nText\n'),
      ...workerAt('---\ndescription: Works\n---\n\nW\n'),
    }
    const report = await check(files)
    expect(report).toMatchObject({ ok: true, findings: [], omitted: 0, exitCode: 0 })
    expect(report.toText()).toBe('The runtimes read the bundle as it was read here')
    expect(report.readings['fleet-deepagents-export']).toEqual({
      loads: true,
      model: 'anthropic:model-1',
      subagents: [{ name: 'w', description: 'Works', model: undefined, promptLine: 5 }],
      skills: [{ path: 'skills/a/SKILL.md', name: 'a', description: 'Does a' }],
    })
  })

  it.each([
    ['skill', skillAt('---\nname: a\ndescription: Use: it\n---\n'), 'SKILL_NOT_LOADED skills/a/SKILL.md:3'],
    [
      'skill date',
      skillAt('---\nname: a\ndescription: b\nx: 2026-02-30\n---\n'),
      'FRONT_MATTER_FATAL skills/a/SKILL.md:4',
    ],
    ['last line', skillAt('---\nname: a\ndescription: b\n---'), 'SKILL_NOT_LOADED skills/a/SKILL.md:4'],
    ['mark', skillAt('\ufeff---\nname: a\ndescription: b\n---\n'), 'SKILL_NOT_LOADED skills/a/SKILL.md:1'],
    [
      'quotes',
      workerAt('---\nname: w\ndescription: "W"\n---\nW\n'),
      'SUBAGENT_DESCRIPTION_DIFFERS subagents/w/AGENTS.md:3',
    ],
    ['key above its colon', skillAt('---\nname: a\n? description\n: b\n---\n'), 'TEXT_UNCHECKED skills/a/SKILL.md:3'],
    ['fence', workerAt('---\ndescription: W\n--- \nW\n'), 'SUBAGENT_FRONT_MATTER_DIFFERS subagents/w/AGENTS.md:3'],
  ])('names the line of a %s', async (_name, files, place) => {
    expect(places(await check(files))).toEqual([place])
  })

  it('says what to do, and for which runtime', async () => {
    const report = await check({ 'tools.json': '{}', ...skillAt('---\nname: a\ndescription: Use: it\n---\n') })
    expect(report).toMatchObject({ ok: false, exitCode: 1 })
    expect(report.toText().split('\n')).toEqual([
      'error  tools.json  deepagents-talon: does not load without a list of tools; add "tools": []  (TOOLS_LIST_MISSING)',
      'warning  skills/a/SKILL.md:3  the skill is left out: it is not valid YAML; put the value in quotes  (SKILL_NOT_LOADED)',
    ])
  })

  it('reports interrupts that stop the runtime or nothing', async () => {
    const interrupt_config = { 'https://a.example::send::s': true, read: null }
    const { findings } = await check({ 'tools.json': JSON.stringify({ tools: [], interrupt_config }) })
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'error INTERRUPT_FATAL',
      'warning INTERRUPT_WITHOUT_EFFECT',
    ])
  })

  it('shows neither secrets nor control characters', async () => {
    const token = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`
    const report = await check(workerAt(`---\ndescription: "Calls \u001b[2J ${token}"\n---\nW\n`))
    expect(report.toText()).not.toContain(token)
    expect(report.toText()).not.toContain('\u001b')
  })

  it('lists at most 1,000 findings', async () => {
    const skills = Array.from({ length: 1_200 }, (_none, index) => [`skills/s${index}/SKILL.md`, 'Text\n'])
    const { findings, omitted } = await check(Object.fromEntries(skills) as Record<string, string>)
    expect([findings.length, omitted]).toEqual([1_000, 200])
  })
})

const most = 256 * 1024
const hostile: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'line feeds': skillAt(`---${'\n'.repeat(most - 4)}`),
  fences: workerAt('---\r'.repeat(most / 4)),
  'spaces behind fences': workerAt(`---\n${'\n--- '.repeat(most / 5 - 4)}`),
  spaces: workerAt(`---${' '.repeat(most - 4)}`),
  quotes: workerAt(`---\rdescription: ${`"'`.repeat(20_000)}x\r---\rW`),
  'lone line ends': skillAt(`---\r${'a: b\r'.repeat(3_000)}---\r`),
  'JSON brackets': { 'config.json': `{"x":[${'[],'.repeat(300_000)}1]}` },
  tools: {
    'tools.json': JSON.stringify({
      tools: Array.from({ length: 9_000 }, (_none, index) => ({
        name: `${index}`,
        mcp_server_url: `http://localhost/${index}?x`,
      })),
    }),
  },
  'many skills': Object.fromEntries(
    Array.from({ length: 4_000 }, (_none, index) => [
      `skills/${index}/SKILL.md`,
      `---\rname: a\rdescription: ${'[['.repeat(10)}\r---\r`,
    ]),
  ),
}

describe('checkRuntime on hostile bundles', () => {
  it.each(Object.entries(hostile))('answers a file full of %s', async (_name, files) => {
    const entries = Object.entries({ ...agent, ...files }).map(([name, content]) => ({ name, content }))
    const bundle = await readBundle(buildZip({ entries }))
    const report = await checkRuntime(bundle)
    expect(report.findings.length).toBeGreaterThan(0)
  })
})
