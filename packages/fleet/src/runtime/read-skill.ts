import { findSkillBlock } from './front-matter-block.ts'
import type { Checking } from './read-as-python.ts'
import { strip } from './python-text.ts'
import { readYaml } from './read-yaml.ts'
import { whyNoBlock } from './why-no-block.ts'

/** What a runtime makes of the text of a `SKILL.md`. */
export type SkillReading =
  | {
      readonly loads: true
      readonly name: string
      /** As the model sees it. */
      readonly description: string
      /** Characters before it was cut; as many as `description` has if it was not. */
      readonly length: number
    }
  | {
      readonly loads: false
      /** `skipped`: without this skill. `fatal`: without the whole agent. `unknown`: it cannot be told. */
      readonly kind: 'skipped' | 'fatal' | 'unknown'
      readonly line: number
      readonly reason: string
    }

const longestDescription = 1_024

/** Reads a skill as `_parse_skill_metadata` (deepagents 0.7.8, `middleware/skills.py`) does; both runtimes call it. */
export function readSkill(text: string, { takeYaml }: Pick<Checking, 'takeYaml'>): SkillReading {
  const skipped = (line: number, reason: string): SkillReading => ({ loads: false, kind: 'skipped', line, reason })
  const block = findSkillBlock(text)
  if (!block) return skipped(...whyNoBlock(text))
  if (!takeYaml(block.yaml.length))
    return { loads: false, kind: 'unknown', line: block.line, reason: 'there is too much front matter to be checked' }
  const yaml = readYaml(block.yaml)
  if (yaml.kind !== 'mapping') {
    const kind = yaml.kind === 'refused' ? 'skipped' : yaml.kind
    return { loads: false, kind, line: block.line + yaml.line - 1, reason: yaml.reason }
  }
  const name = strip(yaml.text('name') ?? '')
  const description = strip(yaml.text('description') ?? '')
  if (name === '' || description === '') return skipped(1, `it has no ${name === '' ? 'name' : 'description'}; add one`)
  const characters = description.length > longestDescription ? Array.from(description) : undefined
  return {
    loads: true,
    name,
    description: characters ? characters.slice(0, longestDescription).join('') : description,
    length: characters?.length ?? description.length,
  }
}
