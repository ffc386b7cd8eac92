import { concat } from '../bytes.ts'
import { buildZip } from '../zip-builder.ts'
import { forRule, zip, type HostileArchive, type Row } from './fixture.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

/** An archive of these files and no others. */
function files(contents: Files): Uint8Array {
  return buildZip({ entries: Object.entries(contents).map(([name, content]) => ({ name, content })) })
}

function refused(code: HostileArchive['codes'][0], name: string, contents: Files): Row {
  return { code, name, build: () => files({ 'AGENTS.md': '# Agent\n', ...contents }) }
}

function frontMatter(name: string, yaml: string | Uint8Array): Row {
  return refused('FRONT_MATTER_INVALID', name, { 'skills/a/SKILL.md': concat('---\n', yaml, '\n---\nText\n') })
}

const roots: Row[] = [
  { code: 'AGENTS_MD_MISSING', name: 'empty-archive', build: () => files({}) },
  {
    code: 'AGENTS_MD_MISSING',
    name: 'no-agents',
    build: () => files({ 'config.json': '{}', 'tools.json': '{"tools":[]}' }),
  },
  { code: 'AGENTS_MD_MISSING', name: 'lower-case', build: () => files({ 'agents.md': '# Agent\n' }) },
  { code: 'AGENTS_MD_MISSING', name: 'mixed-case', build: () => files({ 'Agents.md': '# Agent\n' }) },
  { code: 'AGENTS_MD_MISSING', name: 'upper-case-extension', build: () => files({ 'AGENTS.MD': '# Agent\n' }) },
  { code: 'AGENTS_MD_MISSING', name: 'full-width', build: () => files({ '\uff21GENTS.md': '# Agent\n' }) },
  { code: 'AGENTS_MD_MISSING', name: 'cyrillic-a', build: () => files({ '\u0410GENTS.md': '# Agent\n' }) },
  { code: 'AGENTS_MD_MISSING', name: 'a-folder', build: () => files({ 'AGENTS.md/': '' }) },
  {
    code: 'AGENTS_MD_MISSING',
    name: 'two-top-folders',
    build: () => files({ 'one/AGENTS.md': '# Agent\n', 'two/AGENTS.md': '# Agent\n' }),
  },
  {
    code: 'AGENTS_MD_MISSING',
    name: 'folder-and-file',
    build: () => files({ 'one/AGENTS.md': '# Agent\n', 'README.md': 'text\n' }),
  },
  { code: 'AGENTS_MD_MISSING', name: 'two-folders-deep', build: () => files({ 'one/two/AGENTS.md': '# Agent\n' }) },
  {
    code: 'AGENTS_MD_MISSING',
    name: 'wrapped-in-the-wrong-case',
    build: () => files({ 'one/agents.md': '# Agent\n' }),
  },
  { code: 'AGENTS_MD_MISSING', name: 'only-a-subagent', build: () => files({ 'subagents/a/AGENTS.md': '# Agent\n' }) },
  { code: 'AGENTS_MD_MISSING', name: 'only-in-junk', build: () => files({ '__MACOSX/AGENTS.md': '# Agent\n' }) },
  { code: 'AGENTS_MD_MISSING', name: 'only-folders', build: () => files({ 'skills/': '', 'subagents/': '' }) },
]

const git: Row[] = [
  refused('GIT_FOLDER', 'config', { '.git/config': '[core]\n' }),
  refused('GIT_FOLDER', 'hook', { '.git/hooks/post-checkout': '#!/bin/sh\n' }),
  refused('GIT_FOLDER', 'upper-case', { '.GIT/config': '[core]\n' }),
  refused('GIT_FOLDER', 'mixed-case', { '.gIt/config': '[core]\n' }),
  refused('GIT_FOLDER', 'deep', { 'skills/a/.git/config': '[core]\n' }),
  refused('GIT_FOLDER', 'file', { '.git': 'gitdir: ../elsewhere\n' }),
  refused('GIT_FOLDER', 'file-deep-upper-case', { 'skills/a/.GIT': 'gitdir: ../elsewhere\n' }),
  refused('GIT_FOLDER', 'in-junk', { '__MACOSX/.git/config': '[core]\n' }),
  { code: 'GIT_FOLDER', name: 'as-the-wrapping-folder', build: () => files({ '.git/AGENTS.md': '# Agent\n' }) },
  { code: 'GIT_FOLDER', name: 'empty-folder', build: () => zip({ name: '.git/' }) },
  {
    code: 'GIT_FOLDER',
    name: 'wrapped',
    build: () => files({ 'one/AGENTS.md': '# Agent\n', 'one/.git/config': '[core]\n' }),
  },
]

const latin = Uint8Array.of(0x23, 0x20, 0xe9, 0x0a)
const utf16 = new Uint8Array(Buffer.from('\ufeff# Agent\n', 'utf16le'))

const texts: Row[] = [
  refused('TEXT_NOT_UTF8', 'agents-latin-1', { 'AGENTS.md': latin }),
  refused('TEXT_NOT_UTF8', 'agents-utf-16', { 'AGENTS.md': utf16 }),
  refused('TEXT_NOT_UTF8', 'agents-cut', { 'AGENTS.md': Uint8Array.of(0x23, 0xe2, 0x82) }),
  refused('TEXT_NOT_UTF8', 'agents-surrogate', { 'AGENTS.md': Uint8Array.of(0x23, 0xed, 0xa0, 0x80) }),
  refused('TEXT_NOT_UTF8', 'skill', { 'skills/a/SKILL.md': latin }),
  refused('TEXT_NOT_UTF8', 'subagent', { 'subagents/a/AGENTS.md': latin }),
  refused('TEXT_NOT_UTF8', 'config', { 'config.json': concat('{"name":"', Uint8Array.of(0xe9), '"}') }),
  refused('TEXT_NOT_UTF8', 'tools', { 'tools.json': concat('{"tools":[{"name":"', Uint8Array.of(0xe9), '"}]}') }),
  refused('TEXT_NOT_UTF8', 'subagent-tools', { 'subagents/a/AGENTS.md': 'text\n', 'subagents/a/tools.json': latin }),
]

const tool = (member: string) => ({ 'tools.json': `{"tools":[],${member}}` })

const json: Row[] = [
  refused('CONFIG_INVALID', 'empty', { 'config.json': '' }),
  refused('CONFIG_INVALID', 'cut', { 'config.json': '{"name":"a"' }),
  refused('CONFIG_INVALID', 'not-json', { 'config.json': 'name: a\n' }),
  refused('CONFIG_INVALID', 'trailing-comma', { 'config.json': '{"name":"a",}' }),
  refused('CONFIG_INVALID', 'comment', { 'config.json': '{"name":"a"} // text' }),
  refused('CONFIG_INVALID', 'array', { 'config.json': '[]' }),
  refused('CONFIG_INVALID', 'string', { 'config.json': '"text"' }),
  refused('CONFIG_INVALID', 'number', { 'config.json': '5' }),
  refused('CONFIG_INVALID', 'null', { 'config.json': 'null' }),
  refused('CONFIG_INVALID', 'name-number', { 'config.json': '{"name":5}' }),
  refused('CONFIG_INVALID', 'name-object', { 'config.json': '{"name":{}}' }),
  refused('CONFIG_INVALID', 'description-array', { 'config.json': '{"description":[]}' }),
  refused('CONFIG_INVALID', 'triggers-paused-string', { 'config.json': '{"triggers_paused":"false"}' }),
  refused('CONFIG_INVALID', 'deep-array', { 'config.json': '['.repeat(100_000) + ']'.repeat(100_000) }),
  refused('TOOLS_INVALID', 'empty', { 'tools.json': '' }),
  refused('TOOLS_INVALID', 'cut', { 'tools.json': '{"tools":[' }),
  refused('TOOLS_INVALID', 'array', { 'tools.json': '[]' }),
  refused('TOOLS_INVALID', 'string', { 'tools.json': '"tools"' }),
  refused('TOOLS_INVALID', 'null', { 'tools.json': 'null' }),
  refused('TOOLS_INVALID', 'tools-object', { 'tools.json': '{"tools":{}}' }),
  refused('TOOLS_INVALID', 'tools-string', { 'tools.json': '{"tools":"search"}' }),
  refused('TOOLS_INVALID', 'tool-string', { 'tools.json': '{"tools":["search"]}' }),
  refused('TOOLS_INVALID', 'tool-null', { 'tools.json': '{"tools":[null]}' }),
  refused('TOOLS_INVALID', 'tool-without-name', { 'tools.json': '{"tools":[{}]}' }),
  refused('TOOLS_INVALID', 'tool-name-number', { 'tools.json': '{"tools":[{"name":5}]}' }),
  refused('TOOLS_INVALID', 'interrupts-array', tool('"interrupt_config":[]')),
  refused(
    'TOOLS_INVALID',
    'interrupt-string',
    tool('"interrupt_config":{"https://a.example/mcp::send::mail":"false"}'),
  ),
  refused('TOOLS_INVALID', 'interrupt-number', tool('"interrupt_config":{"https://a.example/mcp::send::mail":0}')),
  refused('DUPLICATE_MEMBER', 'interrupts-twice', tool('"interrupt_config":{},"interrupt_config":{}')),
  refused('DUPLICATE_MEMBER', 'interrupt-twice', tool('"interrupt_config":{"send":true,"send":false}')),
  refused(
    'DUPLICATE_MEMBER',
    'interrupt-twice-escaped',
    tool(String.raw`"interrupt_config":{"a":true,"\u0061":false}`),
  ),
  refused('DUPLICATE_MEMBER', 'tool-name-twice', { 'tools.json': '{"tools":[{"name":"a","name":"b"}]}' }),
  refused('DUPLICATE_MEMBER', 'config-twice', { 'config.json': '{"name":"a","config":{"x":{"y":1,"z":2,"y":3}}}' }),
  refused('DUPLICATE_MEMBER', 'proto-twice', { 'config.json': '{"__proto__":1,"__proto__":2}' }),
  refused('DUPLICATE_MEMBER', 'subagent-interrupts-twice', {
    'subagents/a/AGENTS.md': 'text\n',
    'subagents/a/tools.json': '{"tools":[],"interrupt_config":{"send":true},"interrupt_config":{}}',
  }),
  refused('TOOLS_INVALID', 'subagent', { 'subagents/a/AGENTS.md': 'text\n', 'subagents/a/tools.json': '[]' }),
]

const matter: Row[] = [
  frontMatter('list', '- a\n- b'),
  frontMatter('text', 'just text'),
  frontMatter('number', '5'),
  frontMatter('unclosed-bracket', 'a: [1, 2'),
  frontMatter('tab-indentation', 'a:\n\t- b'),
  frontMatter('duplicate-keys', 'name: a\nname: b'),
  frontMatter('duplicate-keys-deep', 'a:\n  name: a\n  name: b'),
  frontMatter('billion-laughs', laughs(9, 9)),
  frontMatter('billion-laughs-flow', `{${laughs(9, 9).replaceAll('\n', ', ')}}`),
  frontMatter(
    'quadratic-aliases',
    `a: &a ${'x'.repeat(10_000)}\nb: [${Array.from({ length: 5000 }, () => '*a').join(', ')}]`,
  ),
  frontMatter('circular-alias', 'a: &a [*a]'),
  frontMatter('unknown-alias', 'a: *nowhere'),
  frontMatter('merge-of-an-alias', 'base: &base {a: 1}\nname:\n  <<: *base'),
  frontMatter('tag-js-function', 'name: !!js/function "function () { return 1 }"'),
  frontMatter('tag-js-regexp', 'name: !!js/regexp /a/'),
  frontMatter('tag-python-object', 'name: !!python/object/apply:os.system ["id"]'),
  frontMatter('tag-own', 'name: !own text'),
  frontMatter('tag-binary', 'name: !!binary aGVsbG8='),
  frontMatter('tag-set', 'name: !!set {a, b}'),
  frontMatter('two-documents', 'a: 1\n...\n%YAML 1.2\n--- # second\nb: 2'),
  frontMatter('deep-flow-list', `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  frontMatter('deep-flow-mapping', `${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`),
  frontMatter('deep-block-list', `a:\n  ${'- '.repeat(20_000)}x`),
  refused('FRONT_MATTER_INVALID', 'subagent', { 'subagents/a/AGENTS.md': '---\n- a\n---\nText\n' }),
  refused('FRONT_MATTER_INVALID', 'subagent-billion-laughs', {
    'subagents/a/AGENTS.md': `---\n${laughs(9, 9)}\n---\nText\n`,
  }),
]

/** 20: the bundle, after the archive itself is valid. */
export const bundleLayer = forRule(20, [...roots, ...git, ...texts, ...json, ...matter])

/** Aliases of aliases: a few hundred bytes that expand to `width ** depth` values. */
function laughs(depth: number, width: number): string {
  const lines = ['a0: &a0 [lol]']
  for (let level = 1; level <= depth; level++) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: width }, () => `*a${level - 1}`).join(', ')}]`)
  }
  return lines.join('\n')
}
