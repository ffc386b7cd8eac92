import type { InterruptEffect } from '../../bundle/interrupt-effect.ts'
import type { AsksFirst } from '../bundle-parts/asks-first.ts'
import type { MemberChange } from '../bundle-parts/changed-members.ts'
import type { BundleChange } from './bundle-change.ts'
import { join, list, say, type Sentence } from './sentence.ts'
import type { TextChange } from './text-change.ts'

const nothing: Sentence = []

/** One change in a sentence. */
export function describeChange(change: BundleChange): Sentence {
  return say`${describeKind(change)}${change.subagent === undefined ? nothing : say` (subagent ${change.subagent})`}`
}

function describeKind(change: BundleChange): Sentence {
  switch (change.kind) {
    case 'model-changed':
      return say`model ${fromTo(change.from, change.to)}`
    case 'server-added': {
      const host = change.newHost ? say` on a new host` : nothing
      const insecure = change.insecure ? say`, NOT by HTTPS` : nothing
      return say`MCP server added: ${change.server}${host}${insecure}, used by ${list(change.usedBy)}`
    }
    case 'server-removed':
      return say`MCP server removed: ${change.server}`
    case 'tool-added':
      return say`tool added: ${toolAt(change)}, ${asking(change)}`
    case 'tool-removed':
      return say`tool removed: ${toolAt(change)}`
    case 'tool-server-changed':
      return say`tool ${change.tool} is on another server: ${fromTo(change.from, change.to)}, ${asking(change)}`
    case 'tool-changed':
      return say`tool changed: ${toolAt(change)}: ${members(change.members)}`
    case 'interrupt-on':
      return change.effective === 'yes'
        ? say`interrupt switched on: ${toolAt(change)} asks before it runs`
        : say`interrupt switched on: ${toolAt(change)} ${withoutEffect(change)}`
    case 'interrupt-off':
      return change.wasOn
        ? say`INTERRUPT SWITCHED OFF: ${toolAt(change)} runs without asking`
        : say`interrupt set to off: ${toolAt(change)} runs without asking`
    case 'interrupt-changed': {
      const effect = change.effective === 'yes' ? nothing : say`; ${toolAt(change)} ${withoutEffect(change)}`
      return say`interrupt changed: ${toolAt(change)}: ${members(change.members)}${effect}`
    }
    case 'interrupt-removed':
      if (!change.wasOn) return say`interrupt setting removed (it was off): ${toolAt(change)}`
      if (!change.toolRemains) return say`interrupt removed with its tool: ${toolAt(change)}`
      return change.replaced
        ? say`interrupt removed, another replaces it: ${toolAt(change)}`
        : say`INTERRUPT REMOVED: ${toolAt(change)} was set to ask before it ran; now: ${[change.reason.message]}`
    case 'interrupt-orphaned':
      return say`interrupt setting (${change.on ? say`on` : say`off`}) for a tool that is not listed: ${toolAt(change)}`
    case 'interrupt-lost':
      return say`INTERRUPT WITHOUT EFFECT: ${toolAt(change)} was set to ask before it ran; now: ${asking(change)}`
    case 'subagent-added':
      return say`subagent added: ${change.name}${quoted(change.description)}`
    case 'subagent-removed':
      return say`subagent removed: ${change.name}`
    case 'subagent-changed':
      return say`front matter of the subagent ${change.name}: ${members(change.members)}`
    case 'skill-added':
      return say`skill added: ${change.name}${quoted(change.description)}`
    case 'skill-removed':
      return say`skill removed: ${change.name}`
    case 'skill-changed':
      return say`skill changed: ${change.name}: ${join([
        ...(change.members.length > 0 ? [say`front matter ${members(change.members)}`] : []),
        ...(change.body ? [say`body`] : []),
        ...(change.files.length > 0 ? [say`files ${list(change.files, 5)}`] : []),
      ])}`
    case 'prompt-added':
      return say`prompt added: ${change.path}${extent(change.text)}`
    case 'prompt-changed':
      return say`prompt changed: ${change.path}${extent(change.text)}`
    case 'prompt-removed':
      return say`prompt removed: ${change.path}`
    case 'setting-changed':
      return say`setting in ${change.path}: ${memberChange(change)}`
    case 'file-added':
      return say`file added: ${change.path}, ${change.bytes} bytes${extent(change.text)}`
    case 'file-changed':
      return say`file changed: ${change.path}${extent(change.text)}`
    case 'file-removed':
      return say`file removed: ${change.path}, ${change.bytes} bytes`
    case 'file-moved':
      return say`file moved: ${change.from} to ${change.path}, content unchanged`
  }
}

const states: Readonly<Record<Exclude<AsksFirst, 'yes'>, Sentence>> = {
  no: say`runs without asking`,
  'not set': say`has no interrupt setting`,
  contradicted: say`has interrupt settings that contradict each other`,
}

function asking({ asksFirst, ...effect }: InterruptEffect & { readonly asksFirst: AsksFirst }): Sentence {
  if (asksFirst !== 'yes') return states[asksFirst]
  return effect.effective === 'yes' ? say`asks before it runs` : say`is set to ask but ${withoutEffect(effect)}`
}

/** What happens although an interrupt is on. Reasons are fixed words. */
function withoutEffect({ effective, reason }: InterruptEffect): Sentence {
  const what = effective === 'no' ? say`RUNS WITHOUT ASKING` : say`MAY RUN WITHOUT ASKING`
  return say`${what}: ${[reason.message]}`
}

interface ToolAt {
  readonly tool: string
  readonly server?: string | undefined
  readonly serverName?: string | undefined
}

function toolAt({ tool, server, serverName }: ToolAt): Sentence {
  const name = serverName === undefined || serverName === '' ? nothing : say` (${serverName})`
  return say`${tool}${server === undefined || server === '' ? nothing : say` of ${server}${name}`}`
}

function fromTo(from: string | undefined, to: string | undefined): Sentence {
  if (from === undefined) return to === undefined ? say`changed` : say`set to ${to}`
  return to === undefined ? say`removed, was ${from}` : say`changed from ${from} to ${to}`
}

function quoted(description: string | undefined): Sentence {
  return description === undefined ? nothing : say`: ${description}`
}

function members(changes: readonly MemberChange[]): Sentence {
  const shown = changes.slice(0, 10).map(memberChange)
  return changes.length > shown.length ? say`${join(shown, '; ')} and more` : join(shown, '; ')
}

function memberChange({ member, from, to }: MemberChange): Sentence {
  return say`${member.join('.')} ${fromTo(from, to)}`
}

function extent(text: TextChange): Sentence {
  if (text.form === 'size') {
    const sizes = text.before === undefined ? say`${text.after} bytes` : say`${text.before} to ${text.after} bytes`
    return say`, ${sizes}, lines not compared: ${[text.reason]}`
  }
  const secrets =
    text.hiddenSecrets === 0 ? nothing : say`; CONTAINS ${text.hiddenSecrets} POSSIBLE SECRETS, hidden here`
  if (text.hunks.length === 0 && text.omittedLines === 0) {
    return text.hiddenSecrets === 0 ? say`, empty` : say`, only secrets changed${secrets}`
  }
  return say`, +${text.added} -${text.removed} lines${secrets}`
}
