import { describe, expect, it } from 'vitest'
import { bundleOf } from '../review/bundle-of.test.ts'

const twice = (member: string, escaped: string) => `{"${member}":{},"x":[{"a":1}],"${escaped}":{}}`
const inner = String.raw`{"tools":[{"name":"a","x":1,"\u0078":2}]}`
const yaml = (entries: string) => `---\n${entries}\n---\nText\n`

describe('readers of a bundle', () => {
  it.each([
    ['config.json', twice('config', String.raw`confi\u0067`), 'DUPLICATE_MEMBER'],
    ['tools.json', twice('interrupt_config', String.raw`interrupt_confi\u0067`), 'DUPLICATE_MEMBER'],
    ['tools.json', inner, 'DUPLICATE_MEMBER'],
    ['subagents/a/tools.json', inner, 'DUPLICATE_MEMBER'],
    ['subagents/a/AGENTS.md', yaml('model_id: a\nmodel_id: b'), 'FRONT_MATTER_INVALID'],
    ['subagents/a/AGENTS.md', yaml('model_id: a\n"model_id": b'), 'FRONT_MATTER_INVALID'],
    ['subagents/a/AGENTS.md', yaml('x: {a: 1, "\\u0061": 2}'), 'FRONT_MATTER_INVALID'],
    ['skills/a/SKILL.md', yaml('name: a\nname: b'), 'FRONT_MATTER_INVALID'],
    ['skills/a/b/SKILL.md', yaml('metadata:\n  a: 1\n  a: 2'), 'FRONT_MATTER_INVALID'],
  ])('refuse a repeated member in %s: %j', async (path, content, code) => {
    await expect(bundleOf({ [path]: content })).rejects.toMatchObject({ code, path })
  })
})
