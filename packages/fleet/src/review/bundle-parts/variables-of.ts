import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { agentsOf } from './agents-of.ts'
import { readEnvFile } from './env-file-lines.ts'
import { isEnvFile } from './is-env-file.ts'
import { isContainer } from './json-value.ts'

/** A variable that a bundle sets. */
export interface NamedVariable {
  readonly name: string
  readonly path: string
  /** From 1, where the file has lines. */
  readonly line?: number | undefined
}

/** Files of variables are read up to here. */
export const mostEnvFileBytes = 1024 * 1024

/**
 * The variables that a bundle sets: in files such as `.env`, and in every member `env` or `environment` of `config.json`,
 * `tools.json` and front matter, as configurations of MCP servers have it. Yields `undefined` after each bounded part of the
 * work.
 */
export function* variablesOf(bundle: AgentBundle): Generator<NamedVariable | undefined, void> {
  for (const { path, bytes } of bundle.files) {
    if (!isEnvFile(path)) continue
    const text = new TextDecoder().decode(bytes.subarray(0, mostEnvFileBytes))
    for (const found of readEnvFile(text)) yield found && { ...found, path }
  }
  yield* within(bundle.config, 'config.json')
  for (const { tools, toolsPath } of agentsOf(bundle)) yield* within(tools.raw, toolsPath)
  for (const { name, frontMatter } of bundle.subagents) yield* within(frontMatter, `subagents/${name}/AGENTS.md`)
  for (const { name, frontMatter } of bundle.skills) yield* within(frontMatter, `skills/${name}/SKILL.md`)
}

const environment = /^env(?:ironment)?(?:[-_]?var(?:iable)?s?)?$/i

/** Walks through a document, of any depth. */
function* within(document: unknown, path: string): Generator<NamedVariable | undefined, void> {
  const open: unknown[] = [document]
  for (let value = open.pop(); open.length > 0 || value !== undefined; value = open.pop()) {
    if (!isContainer(value)) continue
    // The names of a long list would take longer than the rest.
    if (Array.isArray(value)) {
      for (const item of value as readonly unknown[]) {
        if (isContainer(item)) open.push(item)
        yield
      }
      continue
    }
    for (const member of Object.keys(value)) {
      const child = value[member]
      if (isContainer(child)) open.push(child)
      if (environment.test(member)) {
        for (const name of namesIn(child)) yield { name, path }
      } else yield
    }
  }
}

/** `{ NAME: value }`, `["NAME=value"]` or `[{ name: "NAME", value }]`. */
function* namesIn(value: unknown): Generator<string, void> {
  if (!isContainer(value)) return
  if (!Array.isArray(value)) {
    yield* Object.keys(value)
    return
  }
  for (const item of value as readonly unknown[]) {
    if (typeof item === 'string') yield item.slice(0, 256).split('=', 1)[0]!
    else if (isContainer(item) && typeof item['name'] === 'string') yield item['name']
    else if (isContainer(item) && typeof item['key'] === 'string') yield item['key']
  }
}
