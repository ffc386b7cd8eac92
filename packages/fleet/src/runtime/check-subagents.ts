import type { AgentBundle, Subagent } from '../bundle/agent-bundle.ts'
import { strip, stripStart, toUniversalNewlines } from './python-text.ts'
import { readAsPython, type Checking } from './read-as-python.ts'
import { readSubagent, type SubagentReading } from './read-subagent.ts'
import { quote, runtimes, type Runtime, type RuntimeReading } from './runtime-report.ts'
import { whyNoBlock } from './why-no-block.ts'

// Reading more takes milliseconds, so it gets a slice of its own.
const longInOneSlice = 8 * 1024

type ReadSubagent = RuntimeReading['subagents'][number]

/** The subagents as each runtime reads them. */
export async function checkSubagents(
  { subagents }: AgentBundle,
  checking: Checking,
): Promise<Readonly<Record<Runtime, readonly ReadSubagent[]>>> {
  const read: Record<Runtime, ReadSubagent[]> = { 'fleet-deepagents-export': [], 'deepagents-talon': [] }
  for (const subagent of subagents) {
    checkName(subagent.name, checking)
    const path = `subagents/${subagent.name}/AGENTS.md`
    const file = checking.files.get(path)
    const text = file && readAsPython(file)
    if (!file) {
      const message = 'the runtimes find no subagent here; add an AGENTS.md, exactly so named'
      checking.findings.add('SUBAGENT_FILE_MISSING', runtimes, `subagents/${subagent.name}`, message)
    } else if (text === undefined) {
      checking.findings.add('TEXT_UNCHECKED', runtimes, path, 'it is longer than 256 KiB; shorten it')
    } else {
      for (const runtime of runtimes) {
        if (text.length > longInOneSlice) await checking.pause()
        const reading = readSubagent(runtime, text, subagent.name)
        if (reading) {
          compare({ subagent, text, path, runtime, reading }, checking)
          const { description, model, promptLine } = reading
          read[runtime].push({ name: subagent.name, description, model, promptLine })
        } else {
          checking.findings.add(
            'TEXT_UNCHECKED',
            [runtime],
            path,
            'the runtime finds more than 64 KiB of front matter in it',
          )
        }
      }
    }
    if (checking.isLate()) await checking.pause()
  }
  return read
}

const acceptedName = /^[A-Za-z0-9_.-]{1,128}$/

function checkName(name: string, { files, findings }: Checking): void {
  const path = [`subagents/${name}/AGENTS.md`, `subagents/${name}/tools.json`].find((candidate) => files.has(candidate))
  if (path === undefined || acceptedName.test(name)) return
  const message = 'does not load a subagent of this name; use 1 to 128 of A-Z a-z 0-9 _ . -'
  findings.add('SUBAGENT_NAME_INVALID', ['deepagents-talon'], path, message)
}

interface Compared {
  readonly subagent: Subagent
  readonly text: string
  readonly path: string
  readonly runtime: Runtime
  readonly reading: SubagentReading
}

function compare({ subagent, text, path, runtime, reading }: Compared, { findings }: Checking): void {
  const add = (code: Parameters<typeof findings.add>[0], message: string, line?: number): void =>
    findings.add(code, [runtime], path, message, line)
  const ownPrompt = stripStart(toUniversalNewlines(subagent.prompt))
  const isSame = ownPrompt === stripStart(reading.prompt)
  if (!isSame && !reading.hasFrontMatter) {
    const [line, reason] = whyNoBlock(text)
    add('SUBAGENT_FRONT_MATTER_DIFFERS', `the whole file becomes the prompt: ${reason}`, line)
  } else if (!isSame) {
    const message = `the prompt begins on line ${reading.promptLine} there; write both --- alone on a line ended by LF`
    add('SUBAGENT_FRONT_MATTER_DIFFERS', message, reading.promptLine)
  } else {
    compareDescription(subagent, text, reading, add)
  }
  compareModel(subagent, text, reading, runtime, add)
}

type Add = (
  code: 'SUBAGENT_NOT_DESCRIBED' | 'SUBAGENT_DESCRIPTION_DIFFERS' | 'SUBAGENT_MODEL_DIFFERS',
  message: string,
  line?: number,
) => void

function compareDescription(subagent: Subagent, text: string, reading: SubagentReading, add: Add): void {
  const ours = strip(subagent.description ?? '')
  const theirs = reading.isDescribed ? reading.description : ''
  if (ours === '' && theirs === '') {
    const message = 'the agent cannot know when to use it; add a description to its front matter'
    return add('SUBAGENT_NOT_DESCRIBED', message)
  }
  if (ours === theirs) return
  const told = reading.description === '' ? 'empty' : quote(reading.description)
  const message = `the description is read as ${told}; write it on one line: "description: " and the text, without quotes`
  add('SUBAGENT_DESCRIPTION_DIFFERS', message, lineOf(text, 'description'))
}

function compareModel(subagent: Subagent, text: string, reading: SubagentReading, runtime: Runtime, add: Add): void {
  const { model } = reading
  if (model !== undefined) {
    const message = `the subagent runs with the model ${quote(model)} of model_id; remove it, or review that model too`
    add('SUBAGENT_MODEL_DIFFERS', message, lineOf(text, 'model_id'))
  } else if (Object.hasOwn(subagent.frontMatter, 'model')) {
    const key = runtime === 'deepagents-talon' ? '; it reads only model_id' : ''
    add('SUBAGENT_MODEL_DIFFERS', `model is ignored, and the agent's model is used${key}`, lineOf(text, 'model'))
  }
}

/** The first line with a key, from 1. */
function lineOf(text: string, key: string): number | undefined {
  const index = text
    .slice(0, 64 * 1024)
    .split('\n')
    .findIndex((line) => line.trim().toLowerCase().replace(/^["']/, '').startsWith(key))
  return index < 0 ? undefined : index + 1
}
