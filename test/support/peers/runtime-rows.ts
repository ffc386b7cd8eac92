import { settingsRows } from './runtime-settings-rows.ts'

/** One difference between the runtimes and this package, or one of their readings that must not become a difference. */
export interface RuntimeRow {
  readonly name: string
  /** Beside the files of `plainAgent`; `undefined` leaves one out. */
  readonly files: Readonly<Record<string, string | undefined>>
  /** The description that this package reads, of the skill `a` or the subagent `w`; `undefined` if there is neither. */
  readonly ours?: string | undefined
  /** The error code, if this package rejects the bundle. */
  readonly rejected?: string
  /** Findings: of both runtimes, of fleet-deepagents-export alone, of deepagents-talon alone. */
  readonly both?: readonly string[]
  readonly exporter?: readonly string[]
  readonly talon?: readonly string[]
}

/** An agent that both runtimes load. */
export const plainAgent = {
  'AGENTS.md': '# Agent\n',
  'config.json': '{"config":{"configurable":{"llm_model_config":{"modelId":"anthropic:model-1"}}}}',
  'tools.json': '{"tools":[]}',
}

const skill = (text: string) => ({ 'skills/a/SKILL.md': text })
const worker = (text: string) => ({ 'subagents/w/AGENTS.md': text })
const described = (value: string) => skill(`---\nname: a\ndescription: ${value}\n---\nText\n`)

const notLoaded = ['SKILL_NOT_LOADED']
const differs = ['SKILL_DESCRIPTION_DIFFERS']

const skillRows: RuntimeRow[] = [
  { name: 'skill: plain', files: described('Does a'), ours: 'Does a' },
  { name: 'skill: quoted', files: described('"Use when: x"'), ours: 'Use when: x' },
  { name: 'skill: folded', files: described('>-\n  Use\n  it'), ours: 'Use it' },
  { name: 'skill: literal', files: described('|\n  Use\n  it'), ours: 'Use\nit\n' },
  { name: 'skill: unquoted colon', files: described('Use when: x'), ours: 'Use when: x', both: notLoaded },
  { name: 'skill: backtick', files: described('`run`'), ours: '`run`', both: notLoaded },
  { name: 'skill: text after brackets', files: described('[Beta] runs'), ours: '[Beta] runs', both: notLoaded },
  {
    name: 'skill: byte order mark',
    files: skill('\ufeff---\nname: a\ndescription: Does a\n---\n'),
    ours: 'Does a',
    both: notLoaded,
  },
  {
    name: 'skill: spaces behind fences',
    files: skill('--- \nname: a\ndescription: Does a\n---\t\nT\n'),
    ours: 'Does a',
  },
  { name: 'skill: empty block', files: skill('---\n---\nText\n'), both: notLoaded },
  {
    name: 'skill: empty block before a rule',
    files: skill('---\n---\nname: a\ndescription: b\n---\n'),
    both: differs,
  },
  {
    name: 'skill: no line end behind the fence',
    files: skill('---\nname: a\ndescription: b\n---'),
    ours: 'b',
    both: notLoaded,
  },
  { name: 'skill: no front matter', files: skill('Text\n'), both: notLoaded },
  { name: 'skill: CRLF', files: skill('---\r\nname: a\r\ndescription: b\r\n---\r\nText\r\n'), ours: 'b' },
  {
    name: 'skill: CR alone',
    files: skill('---\rname: a\rdescription: b\r---\rText\r'),
    exporter: differs,
    talon: notLoaded,
  },
  {
    name: 'skill: CR inside the block',
    files: skill('---\nname: a\rdescription: b\n---\nText\n'),
    rejected: 'FRONT_MATTER_INVALID',
  },
  { name: 'skill: Description', files: skill('---\nname: a\nDescription: b\n---\n'), both: notLoaded },
  { name: 'skill: no description', files: skill('---\nname: a\n---\nText\n'), both: notLoaded },
  { name: 'skill: no name', files: skill('---\ndescription: b\n---\nText\n'), ours: 'b', both: notLoaded },
  { name: 'skill: nested description', files: described('\n  text: b'), both: differs },
  { name: 'skill: list as description', files: described("[a, yes, 1.0, 'it''s']"), both: differs },
  { name: 'skill: empty description', files: described(''), both: differs },
  { name: 'skill: yes', files: described('yes'), ours: 'yes', both: differs },
  { name: 'skill: time', files: described('12:30'), ours: '12:30', both: differs },
  { name: 'skill: octal', files: described('010'), both: differs },
  { name: 'skill: number', files: described('1e3'), both: differs },
  { name: 'skill: date', files: described('2026-01-01'), ours: '2026-01-01' },
  { name: 'skill: time of day', files: described('2026-1-1t9:00:00Z'), ours: '2026-1-1t9:00:00Z', both: differs },
  { name: 'skill: equals sign', files: described('='), ours: '=', both: notLoaded },
  { name: 'skill: tab', files: described('a\tb'), ours: 'a\tb', both: notLoaded },
  { name: 'skill: tab in quotes', files: described('"a\tb"'), ours: 'a\tb' },
  { name: 'skill: control character', files: described('a\u0007b'), ours: 'a\u0007b', both: notLoaded },
  {
    name: 'skill: list as key',
    files: skill('---\nname: a\ndescription: b\n? [x]\n: y\n---\n'),
    ours: 'b',
    both: notLoaded,
  },
  {
    name: 'skill: date that does not exist',
    files: skill('---\nname: a\ndescription: b\nupdated: 2026-02-30\n---\n'),
    ours: 'b',
    both: ['FRONT_MATTER_FATAL'],
  },
  {
    name: 'skill: hexadecimal without digits',
    files: skill('---\nname: a\ndescription: b\nmask: 0x_\n---\n'),
    ours: 'b',
    both: ['FRONT_MATTER_FATAL'],
  },
  {
    name: 'skill: long description',
    files: described('é'.repeat(1_030)),
    ours: 'é'.repeat(1_030),
    both: ['SKILL_DESCRIPTION_CUT'],
  },
  {
    name: 'skill: other name',
    files: skill('---\nname: b\ndescription: c\n---\n'),
    ours: 'c',
    both: ['SKILL_NAME_DIFFERS'],
  },
  {
    name: 'skill: nested folder',
    files: { ...described('Does a'), 'skills/a/b/c/SKILL.md': '---\nname: c\ndescription: d\n---\n' },
    ours: 'Does a',
    talon: ['SKILL_NESTED'],
  },
  {
    name: 'skill: a fatal date in a nested folder',
    files: { 'skills/a/b/SKILL.md': '---\nname: b\ndescription: c\nx: 2026-13-01\n---\n' },
    exporter: ['FRONT_MATTER_FATAL'],
    talon: ['SKILL_NESTED'],
  },
  {
    name: 'skill: name twice',
    files: { ...described('Does a'), 'skills/b/SKILL.md': '---\nname: a\ndescription: b\n---\n' },
    ours: 'Does a',
    both: ['SKILL_NAME_DIFFERS', 'SKILL_NAME_TWICE'],
  },
  { name: 'skill: no file', files: { 'skills/a/notes.md': 'n' }, both: ['SKILL_FILE_MISSING'] },
  { name: 'skill: file in lower case', files: { 'skills/a/skill.md': 'n' }, both: ['SKILL_FILE_MISSING'] },
  { name: 'skill: file next to the folders', files: { 'skills/SKILL.md': '---\nname: a\ndescription: b\n---\n' } },
  {
    name: 'skill: an alias',
    files: skill('---\nname: &n a\ndescription: *n\n---\n'),
    rejected: 'FRONT_MATTER_INVALID',
  },
  {
    name: 'skill: key twice',
    files: skill('---\nname: a\ndescription: b\ndescription: c\n---\n'),
    rejected: 'FRONT_MATTER_INVALID',
  },
]

const unlike = ['SUBAGENT_DESCRIPTION_DIFFERS']
const otherBlock = ['SUBAGENT_FRONT_MATTER_DIFFERS']

const subagentRows: RuntimeRow[] = [
  { name: 'subagent: plain', files: worker('---\ndescription: Works\n---\n\nYou work.\n'), ours: 'Works' },
  { name: 'subagent: unquoted colon', files: worker('---\ndescription: Works: well\n---\nW\n'), ours: 'Works: well' },
  { name: 'subagent: CRLF', files: worker('---\r\ndescription: Works\r\n---\r\nW\r\n'), ours: 'Works' },
  {
    name: 'subagent: byte order mark',
    files: worker('\ufeff---\ndescription: Works\n---\nW\n'),
    ours: 'Works',
    both: otherBlock,
  },
  {
    name: 'subagent: spaces behind the first fence',
    files: worker('---  \ndescription: Works\n---\nW\n'),
    ours: 'Works',
    exporter: otherBlock,
  },
  {
    name: 'subagent: spaces behind the second fence',
    files: worker('---\ndescription: Works\n--- \nW\n'),
    ours: 'Works',
    exporter: otherBlock,
  },
  { name: 'subagent: empty block', files: worker('---\n---\nW\n'), both: otherBlock },
  { name: 'subagent: blank block', files: worker('---\n\n---\nW\n'), both: ['SUBAGENT_NOT_DESCRIBED'] },
  {
    name: 'subagent: empty block before a rule',
    files: worker('---\n---\ndescription: hidden\n---\nW\n'),
    both: otherBlock,
  },
  {
    name: 'subagent: no line end behind the fence',
    files: worker('---\ndescription: Works\n---'),
    ours: 'Works',
    exporter: otherBlock,
  },
  { name: 'subagent: CR alone', files: worker('---\rdescription: Works\r---\rW\r'), both: otherBlock },
  {
    name: 'subagent: longer second fence',
    files: worker('---\ndescription: Works\n----\n---\nW\n'),
    rejected: 'FRONT_MATTER_INVALID',
  },
  {
    name: 'subagent: Description',
    files: worker('---\nDescription: Works\n---\nW\n'),
    exporter: unlike,
    talon: ['SUBAGENT_NOT_DESCRIBED'],
  },
  {
    name: 'subagent: double quotes',
    files: worker('---\ndescription: "Works"\n---\nW\n'),
    ours: 'Works',
    exporter: unlike,
  },
  { name: 'subagent: single quotes', files: worker("---\ndescription: 'It''s'\n---\nW\n"), ours: "It's", both: unlike },
  { name: 'subagent: quoted key', files: worker('---\n"description": Works\n---\nW\n'), ours: 'Works', both: unlike },
  {
    name: 'subagent: folded',
    files: worker('---\ndescription: >-\n  Works\n  well\n---\nW\n'),
    ours: 'Works well',
    both: unlike,
  },
  {
    name: 'subagent: two lines',
    files: worker('---\ndescription: Works\n  well\n---\nW\n'),
    ours: 'Works well',
    both: unlike,
  },
  { name: 'subagent: comment', files: worker('---\ndescription: Works # well\n---\nW\n'), ours: 'Works', both: unlike },
  {
    name: 'subagent: nested description',
    files: worker('---\nmetadata:\n  description: inner\n---\nW\n'),
    both: unlike,
  },
  {
    name: 'subagent: two descriptions',
    files: worker('---\ndescription: Works\nmetadata:\n  description: inner\n---\nW\n'),
    ours: 'Works',
    exporter: unlike,
  },
  { name: 'subagent: flow mapping', files: worker('---\n{description: Works}\n---\nW\n'), ours: 'Works', both: unlike },
  { name: 'subagent: number', files: worker('---\ndescription: 12\n---\nW\n'), both: unlike },
  { name: 'subagent: no front matter', files: worker('W\n'), both: ['SUBAGENT_NOT_DESCRIBED'] },
  { name: 'subagent: no description', files: worker('---\nname: w\n---\nW\n'), both: ['SUBAGENT_NOT_DESCRIBED'] },
  {
    name: 'subagent: model_id',
    files: worker('---\ndescription: Works\nmodel_id: openai:other\n---\nW\n'),
    ours: 'Works',
    talon: ['SUBAGENT_MODEL_DIFFERS'],
  },
  {
    name: 'subagent: nested model_id',
    files: worker('---\ndescription: Works\nmetadata:\n  model_id: "openai:other"\n---\nW\n'),
    ours: 'Works',
    talon: ['SUBAGENT_MODEL_DIFFERS'],
  },
  {
    name: 'subagent: model',
    files: worker('---\ndescription: Works\nmodel: openai:other\n---\nW\n'),
    ours: 'Works',
    both: ['SUBAGENT_MODEL_DIFFERS'],
  },
  { name: 'subagent: no file', files: { 'subagents/w/notes.md': 'n' }, both: ['SUBAGENT_FILE_MISSING'] },
  {
    name: 'subagent: name with a space',
    files: { 'subagents/the worker/AGENTS.md': '---\ndescription: Works\n---\nW\n' },
    talon: ['SUBAGENT_NAME_INVALID'],
  },
  {
    name: 'subagent: own tools',
    files: {
      ...worker('---\ndescription: Works\n---\nW\n'),
      'subagents/w/tools.json':
        '{"tools":[{"name":"t","mcp_server_url":"https://a.example/mcp","mcp_server_name":"s"}]}',
    },
    ours: 'Works',
    talon: ['SUBAGENT_TOOLS_SHARED'],
  },
]

/** The whole table. */
export const runtimeRows: readonly RuntimeRow[] = [...settingsRows, ...skillRows, ...subagentRows]
