import { toBytes } from '../bytes.ts'
import { libraryWriters } from '../writers/libraries.ts'
import { finder } from '../writers/finder.ts'
import { buildZip, type ArchivePlan } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'

const text = 'some text, some text, some text\n'
const agents: EntryPlan = { name: 'AGENTS.md', content: '# Agent\n' }
const config: EntryPlan = { name: 'config.json', content: '{"name":"a"}' }
const skill: EntryPlan = { name: 'skills/a/SKILL.md', content: `---\nname: a\n---\n${text}` }

const files = new Map(
  [agents, config, skill, { name: 'é.md', content: text }, { name: 'empty' }].map(({ name, content = '' }) => [
    String(name),
    toBytes(content),
  ]),
)

/** Small valid archives as plans, so that one field can change and the rest still fits. */
export const plans: readonly ArchivePlan[] = [
  { entries: [agents] },
  { entries: [agents, config, skill] },
  {
    entries: [
      { ...agents, method: 0 },
      { ...skill, method: 0 },
    ],
  },
  { entries: [agents, { name: 'skills/' }, { name: 'skills/a/' }, skill, { name: 'empty' }] },
  { entries: [{ ...agents, descriptor: true }, { ...skill, descriptor: true }, config] },
  {
    entries: [
      { ...agents, descriptor: { signed: false } },
      { ...skill, method: 0, zip64: 'local', descriptor: true },
    ],
  },
  {
    entries: [
      { ...agents, zip64: 'both' },
      { ...skill, zip64: 'both' },
    ],
    zip64: true,
  },
  {
    entries: [
      { ...agents, zip64: 'local' },
      { ...skill, zip64: 'local', descriptor: true },
    ],
    zip64: { saturate: false },
  },
  { entries: [agents, { name: '技能/é.md', content: text }, skill], comment: 'a comment' },
  { entries: [config, skill, agents], directoryOrder: [2, 0, 1] },
  { entries: [agents, { name: 'inner.zip', method: 0, content: buildZip({ entries: [agents, skill] }) }] },
  {
    entries: finder(
      '',
      new Map([
        ['AGENTS.md', toBytes('# Agent\n')],
        ['a.md', toBytes(text)],
      ]),
    ),
  },
]

const chosen = [
  'jszip with folders',
  'jszip deflated, streaming',
  'jszip for Unix',
  'yazl of streams',
  'yazl ZIP64',
  'archiver by default',
  'archiver ZIP64',
  'fflate level 9',
  'fflate streaming',
  'adm-zip by default',
  'zip.js by default',
  'zip.js ZIP64',
]

/** Small valid archives, those made from plans first. */
export async function makeCorpus(): Promise<Uint8Array[]> {
  const written = libraryWriters.filter(({ name }) => chosen.includes(name)).map(({ write }) => write(files))
  return [...plans.map(buildZip), ...(await Promise.all(written))].map((bytes) => new Uint8Array(bytes))
}
