import type { Plan } from './plan.ts'
import type { SubjectName } from './subjects.ts'

const empty = { piece: 'a', length: 1 }
const plain: Plan = {
  subagents: 0,
  skills: 0,
  files: 0,
  fileBytes: 0,
  levels: 1,
  tools: 0,
  interrupts: 0,
  name: empty,
  url: empty,
  value: empty,
  prompt: empty,
  matter: empty,
  path: empty,
  line: empty,
  config: empty,
  forms: { url: 2, key: 0, value: 0, matter: 0, config: 0 },
  step: 1,
  differs: 0,
}

const everything = 1 + 2 + 4 + 8 + 16 + 32
const manyNames: Plan = {
  ...plain,
  subagents: 15,
  tools: 80,
  interrupts: 80,
  name: { piece: 'A1b2C3d4', length: 1_412 },
  url: { piece: 'SG.', length: 6 },
  forms: { url: 6, key: 3, value: 0, matter: 5, config: 3 },
  differs: everything,
}
const manyInterrupts: Plan = {
  ...plain,
  subagents: 14,
  files: 1_356,
  fileBytes: 1_000,
  levels: 27,
  tools: 500,
  interrupts: 1_000,
  name: { piece: '-----BEGIN ', length: 13 },
  url: { piece: '\\', length: 146 },
  value: { piece: '[', length: 1_000 },
  forms: { url: 6, key: 1, value: 1, matter: 1, config: 4 },
  differs: 1 + 4 + 32 + 64,
}
const manyTools: Plan = { ...plain, subagents: 40, tools: 800, interrupts: 800, differs: everything }
const oneFile: Plan = { ...plain, tools: 10_000, interrupts: 10_000, differs: everything }
const longNames: Plan = {
  ...plain,
  subagents: 3,
  tools: 30,
  interrupts: 25,
  name: { piece: 'token=', length: 17_000 },
  forms: { url: 1, key: 4, value: 3, matter: 0, config: 1 },
  differs: everything,
}
const longUrls: Plan = {
  ...plain,
  subagents: 30,
  tools: 4,
  interrupts: 1,
  url: { piece: 'sk_', length: 23_520 },
  forms: { url: 0, key: 0, value: 4, matter: 1, config: 3 },
  differs: everything - 8,
}
const manyDocuments: Plan = {
  ...plain,
  subagents: 900,
  skills: 1_800,
  files: 5_000,
  levels: 32,
  path: { piece: '中', length: 36 },
  prompt: { piece: '👩‍👩‍👧‍👦', length: 2_323 },
  line: { piece: 'a', length: 49 },
  forms: { ...plain.forms, matter: 4 },
  differs: everything,
}
const manyKeys: Plan = {
  ...plain,
  files: 200,
  fileBytes: 100_000,
  line: { piece: '-----BEGIN PRIVATE KEY-----', length: 80 },
  prompt: { piece: 'https://a:bcdefgh@', length: 200_000 },
  differs: 4,
}
const manyLines: Plan = {
  ...plain,
  subagents: 60,
  prompt: { piece: 'a\n', length: 150_000 },
  line: { piece: 'a', length: 20 },
  step: 7,
  differs: 4,
}
const wideConfig: Plan = {
  ...plain,
  config: { piece: '\\', length: 100_000 },
  value: { piece: '😀', length: 40 },
  forms: { ...plain.forms, config: 5 },
  differs: 16,
}

/** What the search found to cost most, written down as the sentence that explains it. */
export const worstInputs: Readonly<Record<string, { readonly plan: Plan; readonly subjects: readonly SubjectName[] }>> =
  {
    'names that look like keys, on many servers': {
      plan: manyNames,
      subjects: ['checkPolicy', 'diffBundles', 'diff.toText', 'diff.toMarkdown', 'checkRuntime', 'crossCheckTools'],
    },
    'approvals of many tools': {
      plan: manyInterrupts,
      subjects: ['checkPolicy', 'diffBundles', 'checkRuntime', 'checkToolAuth', 'toToolNameInterrupts', 'assemble'],
    },
    'many tools in every file': {
      plan: manyTools,
      subjects: [
        'checkPolicy',
        'diffBundles',
        'checkRuntime',
        'checkToolAuth',
        'crossCheckTools',
        'toToolNameInterrupts',
      ],
    },
    'ten thousand tools in one file': {
      plan: oneFile,
      subjects: [
        'checkPolicy',
        'diffBundles',
        'checkRuntime',
        'checkToolAuth',
        'crossCheckTools',
        'toToolNameInterrupts',
      ],
    },
    'names too long to be hashed': {
      plan: longNames,
      subjects: [
        'checkPolicy',
        'diffBundles',
        'diff.toText',
        'diff.toMarkdown',
        'checkToolAuth',
        'toToolNameInterrupts',
      ],
    },
    'URLs longer than servers accept': { plan: longUrls, subjects: ['checkPolicy', 'diffBundles', 'checkRuntime'] },
    'documents in deep folders': {
      plan: manyDocuments,
      subjects: ['assemble', 'digest', 'checkPolicy', 'diffBundles', 'diff.toText', 'checkRuntime'],
    },
    'beginnings of keys': { plan: manyKeys, subjects: ['checkPolicy', 'diffBundles', 'diff.toText'] },
    'lines that nearly repeat': { plan: manyLines, subjects: ['diffBundles', 'diff.toText', 'diff.toMarkdown'] },
    'settings with many members': { plan: wideConfig, subjects: ['assemble', 'diffBundles'] },
  }

/** The same, with a part of its agents and files; of one agent, with a part of what it has. */
export function scale(plan: Plan, factor: number): Plan {
  const part = (count: number): number => Math.ceil(count * factor)
  const files = { ...plan, subagents: part(plan.subagents), skills: part(plan.skills), files: part(plan.files) }
  if (plan.subagents > 0) return files
  const prompt = { ...plan.prompt, length: part(plan.prompt.length) }
  const config = { ...plan.config, length: part(plan.config.length) }
  return { ...files, tools: part(plan.tools), interrupts: part(plan.interrupts), prompt, config }
}
