import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DockerfileParser, type ModifiableInstruction } from 'dockerfile-ast'

/** A Dockerfile, read for a script that runs its steps. */
export interface Dockerfile {
  /** The last one is the image. */
  readonly stages: readonly Stage[]
  /** Folders that its steps and its program use: every WORKDIR and VOLUME. */
  readonly folders: readonly string[]
}

/** What follows a FROM. */
export interface Stage {
  readonly name: string
  readonly base: string
  readonly steps: readonly Step[]
}

/** One instruction. */
export interface Step {
  readonly keyword: string
  /** Everything behind the keyword and its flags, lines joined. */
  readonly text: string
  /** `--from=name` as `from`. */
  readonly flags: Readonly<Record<string, string>>
  /** The words behind the flags. */
  readonly words: readonly string[]
}

/** Reads the Dockerfile of a folder. */
export function readDockerfile(folder: string): Dockerfile {
  const parsed = DockerfileParser.parse(readFileSync(join(folder, 'Dockerfile'), 'utf8'))
  const stages: { name: string; base: string; steps: Step[] }[] = []
  for (const instruction of parsed.getInstructions()) {
    const flags = 'getFlags' in instruction ? (instruction as ModifiableInstruction).getFlags() : []
    const step = {
      keyword: instruction.getKeyword(),
      text: instruction.getArgumentsContent() ?? '',
      flags: Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ''])),
      words: instruction.getArguments().map((argument) => argument.getValue()),
    }
    if (step.keyword === 'FROM') stages.push({ name: step.words[2] ?? '', base: step.words[0]!, steps: [] })
    else stages.at(-1)!.steps.push(step)
  }
  const folders = stages.flatMap(({ steps }) => steps.filter(({ keyword }) => /^(WORKDIR|VOLUME)$/.test(keyword)))
  return { stages, folders: [...new Set(folders.flatMap(({ words }) => words))] }
}

/** The steps of the image itself with a keyword. */
export function findSteps({ stages }: Dockerfile, keyword: string): readonly Step[] {
  return stages.at(-1)!.steps.filter((step) => step.keyword === keyword)
}

/** The words of a command in its exec form: `["node", "src/server.ts"]`. @throws Error for the shell form */
export function toCommand({ keyword, text }: Step): string[] {
  const from = text.indexOf('[')
  if (from < 0) throw new Error(`${keyword} needs the exec form: the shell form starts a shell, which gets the signals`)
  return JSON.parse(text.slice(from)) as string[]
}
