import type { AgentBundle, AgentSkill } from '../bundle/agent-bundle.ts'
import { strip, toUniversalNewlines } from './python-text.ts'
import { decodeText, type Checking } from './read-as-python.ts'
import { readSkill, type SkillReading } from './read-skill.ts'
import { quote, runtimes, type Runtime, type RuntimeReading } from './runtime-report.ts'

// Reading more takes milliseconds, so it gets a slice of its own.
const longInOneSlice = 512

type ReadSkill = RuntimeReading['skills'][number]

/** The skills as each runtime reads them. */
export async function checkSkills(
  { skills }: AgentBundle,
  checking: Checking,
): Promise<Readonly<Record<Runtime, readonly ReadSkill[]>>> {
  const read: Record<Runtime, ReadSkill[]> = { 'fleet-deepagents-export': [], 'deepagents-talon': [] }
  for (const skill of skills) {
    const path = `skills/${skill.name}/SKILL.md`
    const readings = await readWithBoth(skill, path, checking)
    for (const runtime of runtimes) {
      const reading = readings?.[runtime]
      if (reading?.loads) read[runtime].push({ path, name: reading.name, description: reading.description })
    }
    if (checking.isLate()) await checking.pause()
  }
  await reportTwice(read['fleet-deepagents-export'], checking)
  return {
    ...read,
    'deepagents-talon': [...new Map(read['deepagents-talon'].map((skill) => [skill.name, skill])).values()],
  }
}

type Readings = Partial<Record<Runtime, SkillReading>>

async function readWithBoth(skill: AgentSkill, path: string, checking: Checking): Promise<Readings | undefined> {
  const { findings } = checking
  const file = checking.files.get(path)
  if (!file) {
    const message = 'the runtimes find no skill here; add a SKILL.md, exactly so named'
    findings.add('SKILL_FILE_MISSING', runtimes, `skills/${skill.name}`, message)
    return undefined
  }
  const text = decodeText(file)
  if (text === undefined) {
    findings.add('TEXT_UNCHECKED', runtimes, path, 'it is longer than 256 KiB; move most of it to other files')
    return undefined
  }
  // One reads it as text, the other as bytes.
  if (text.length > longInOneSlice) await checking.pause()
  const translated = readSkill(toUniversalNewlines(text), checking)
  const readings: Readings = { 'fleet-deepagents-export': translated }
  if (skill.name.includes('/')) {
    const message = 'only folders directly below skills/ are searched; move the skill there'
    findings.add('SKILL_NESTED', ['deepagents-talon'], path, message)
  } else {
    if (text.length > longInOneSlice) await checking.pause()
    readings['deepagents-talon'] = text.includes('\r') ? readSkill(text, checking) : translated
  }
  for (const runtime of runtimes) {
    const reading = readings[runtime]
    if (reading) compare(skill, reading, runtime, path, checking)
  }
  return readings
}

function compare(
  skill: AgentSkill,
  reading: SkillReading,
  runtime: Runtime,
  path: string,
  { findings }: Checking,
): void {
  const add = (code: Parameters<typeof findings.add>[0], message: string, line?: number): void =>
    findings.add(code, [runtime], path, message, line)
  if (!reading.loads) {
    if (reading.kind === 'fatal') add('FRONT_MATTER_FATAL', reading.reason, reading.line)
    else if (reading.kind === 'skipped')
      add('SKILL_NOT_LOADED', `the skill is left out: ${reading.reason}`, reading.line)
    else add('TEXT_UNCHECKED', `what is read cannot be told: ${reading.reason}`, reading.line)
    return
  }
  const folder = skill.name.slice(skill.name.lastIndexOf('/') + 1)
  if (reading.name !== folder)
    add('SKILL_NAME_DIFFERS', `the skill is called ${quote(reading.name)} there; give folder and name the same text`)
  const { description } = skill.frontMatter
  const ours = typeof description === 'string' ? strip(description) : ''
  const isCut = reading.length > reading.description.length
  if (isCut ? !ours.startsWith(reading.description) : ours !== reading.description) {
    const message = `the description is read as ${quote(reading.description)}; put it in quotes`
    add('SKILL_DESCRIPTION_DIFFERS', message)
  }
  if (isCut)
    add('SKILL_DESCRIPTION_CUT', `of ${reading.length} characters the model sees 1,024; shorten the description`)
}

async function reportTwice(skills: readonly ReadSkill[], checking: Checking): Promise<void> {
  const { findings } = checking
  const first = new Map<string, string>()
  for (const { name, path } of skills) {
    const other = first.get(name)
    if (other === undefined) first.set(name, path)
    else {
      const message = `${other} has the name ${quote(name)} too; at most one of them is used, so rename one`
      findings.add('SKILL_NAME_TWICE', runtimes, path, message)
    }
    if (checking.isLate()) await checking.pause()
  }
}
