import { checkRuntime, FleetError, readBundle, type AgentBundle, type Runtime } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { buildZip } from '../support/archives/zip-builder.ts'
import file from '../support/peers/runtime-readings.json' with { type: 'json' }
import { plainAgent, runtimeRows, type RuntimeRow } from '../support/peers/runtime-rows.ts'

// What the runtimes read was recorded by running their code (`support/peers/read-with-runtimes.py`) of these commits:
// langchain-ai/fleet-deepagents-export fd0cee4 (2026-07-16) and langchain-ai/deepagents 23b83ad (2026-08-21).

interface Reading {
  readonly error?: string
  readonly model?: unknown
  readonly subagents: readonly { name: string; description: string; prompt: string; model?: string }[]
  readonly skills: readonly { path: string; name: string; description: string }[]
}

const readings = file.readings as unknown as Readonly<Record<string, Readonly<Record<Runtime, Reading>>>>
const runtimes = ['fleet-deepagents-export', 'deepagents-talon'] as const

function filesOf(row: RuntimeRow): [name: string, content: string][] {
  return Object.entries({ ...plainAgent, ...row.files }).flatMap(([name, content]): [string, string][] =>
    content === undefined ? [] : [[name, content]],
  )
}

function read(row: RuntimeRow): Promise<AgentBundle> {
  return readBundle(buildZip({ entries: filesOf(row).map(([name, content]) => ({ name, content })) }))
}

function describeHere({ skills, subagents }: AgentBundle): unknown {
  const skill = skills.find(({ name }) => name === 'a')?.frontMatter['description']
  return subagents.find(({ name }) => name === 'w')?.description ?? (typeof skill === 'string' ? skill : undefined)
}

/** The text from a line on, without white space before it. */
function restFrom(text: string, line: number): string {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n')
  return lines
    .slice(line - 1)
    .join('\n')
    .trimStart()
}

describe('the recorded readings', () => {
  it('are of the documented versions, one for each row', () => {
    expect(file.versions).toMatchObject({
      'fleet-deepagents-export': '0.0.1',
      deepagents: '0.7.8',
      'deepagents-talon': '0.0.3',
    })
    expect(Object.keys(readings)).toEqual(runtimeRows.map(({ name }) => name))
  })
})

describe.each(runtimeRows.filter(({ rejected }) => rejected === undefined))('$name', (row) => {
  it('is read here as the table says', async () => {
    expect(describeHere(await read(row))).toBe(row.ours)
  })

  it.each(runtimes)('has the findings of %s', async (runtime) => {
    const { findings } = await checkRuntime(await read(row))
    const own = findings.filter((finding) => finding.runtimes.includes(runtime)).map(({ code }) => code)
    const alone = runtime === 'deepagents-talon' ? row.talon : row.exporter
    expect(own.toSorted()).toEqual([...(row.both ?? []), ...(alone ?? [])].toSorted())
  })

  it.each(runtimes)('is read as %s reads it', async (runtime) => {
    const { readings: ours } = await checkRuntime(await read(row))
    const theirs = readings[row.name]![runtime]
    expect(ours[runtime].loads).toBe(theirs.error === undefined)
    if (theirs.error !== undefined) return
    const { model, skills, subagents } = ours[runtime]
    expect(model ?? null).toBe(theirs.model ?? null)
    expect(skills.toSorted((left, right) => (left.path < right.path ? -1 : 1))).toEqual(theirs.skills)
    const withoutPlaces = subagents.map(({ promptLine: _line, ...rest }) => rest)
    expect(withoutPlaces).toEqual(theirs.subagents.map(({ prompt: _prompt, ...rest }) => rest))
    for (const [index, { name, promptLine }] of subagents.entries()) {
      const text = new Map(filesOf(row)).get(`subagents/${name}/AGENTS.md`)!
      const prompt = theirs.subagents[index]!.prompt.trimStart()
      // An empty prompt begins at the end of the text, behind the fence.
      if (prompt !== '') expect(restFrom(text, promptLine)).toBe(prompt)
    }
  })
})

describe.each(runtimeRows.filter(({ rejected }) => rejected !== undefined))('$name', (row) => {
  it('is rejected here, whatever the runtimes read', async () => {
    const error: unknown = await read(row).catch((reason: unknown) => reason)
    expect(FleetError.is(error) && error.code).toBe(row.rejected)
  })
})
