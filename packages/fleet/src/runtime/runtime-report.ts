import { present } from '../review/secrets/mask-secrets.ts'
import { runtimeCodes, type RuntimeCode } from './runtime-codes.ts'

/** A program that runs Fleet agents: fleet-deepagents-export, or the Fleet import of deepagents (deepagents-talon). */
export type Runtime = 'fleet-deepagents-export' | 'deepagents-talon'

/** The runtimes that `checkRuntime` knows. */
export const runtimes = ['fleet-deepagents-export', 'deepagents-talon'] as const satisfies readonly Runtime[]

/** One way in which a runtime does not load a bundle, or reads it differently. */
export interface RuntimeFinding {
  readonly code: RuntimeCode
  /** `error`: the agent does not load. `warning`: something is read differently. */
  readonly severity: 'error' | 'warning'
  /** The runtimes it concerns. */
  readonly runtimes: readonly Runtime[]
  /** Path inside the bundle, printable; empty if it is about the whole bundle. */
  readonly path: string
  /** From 1. */
  readonly line?: number | undefined
  /** One line of printable text without secrets: what happens, and the fix. */
  readonly message: string
}

/** What a runtime reads from a bundle. Texts are those of the bundle. */
export interface RuntimeReading {
  /** Whether no finding keeps the agent from loading. */
  readonly loads: boolean
  /** `undefined` if the runtime does not take it from the bundle. */
  readonly model?: string | undefined
  readonly subagents: readonly {
    readonly name: string
    readonly description: string
    readonly model?: string | undefined
    /** Line of its `AGENTS.md` on which the prompt begins, from 1. */
    readonly promptLine: number
  }[]
  readonly skills: readonly { readonly path: string; readonly name: string; readonly description: string }[]
}

/** The result of `checkRuntime`: plain data, and `toText`. */
export interface RuntimeReport {
  /** Whether every runtime loads the agent; there may be warnings. */
  readonly ok: boolean
  /** Errors first; at most 1,000. */
  readonly findings: readonly RuntimeFinding[]
  /** Number of further findings. */
  readonly omitted: number
  /** What each runtime reads. */
  readonly readings: Readonly<Record<Runtime, RuntimeReading>>
  /** 0 when ok. */
  readonly exitCode: 0 | 1
  /** One line per finding. */
  readonly toText: () => string
}

/** Collects findings: all are counted, and the first thousand errors and warnings are kept. */
export interface Findings {
  /** Adds a finding; the same finding of two runtimes becomes one. */
  add(code: RuntimeCode, runtimes: readonly Runtime[], path: string, message: string, line?: number): void
  /** Errors first; at most 1,000. */
  readonly list: readonly RuntimeFinding[]
  /** How many there are, kept or not. */
  readonly count: number
  /** The runtimes that an error keeps from loading the agent. */
  readonly failing: ReadonlySet<Runtime>
}

const mostFindings = 1_000

/** Starts an empty list of findings. */
export function createFindings(): Findings {
  const keys = new Set<string>()
  const kept = { error: new Map<string, RuntimeFinding>(), warning: new Map<string, RuntimeFinding>() }
  const failing = new Set<Runtime>()
  return {
    failing,
    add(code, concerned, path, message, line) {
      const key = JSON.stringify([code, path, line, message])
      const severity = runtimeCodes[code][0]
      if (severity === 'error') for (const runtime of concerned) failing.add(runtime)
      keys.add(key)
      const list = kept[severity]
      const other = list.get(key)
      if (other === undefined && list.size === mostFindings) return
      const both = runtimes.filter((runtime) => concerned.includes(runtime) || other?.runtimes.includes(runtime))
      list.set(key, { code, severity, runtimes: both, path: other?.path ?? present(path), line, message })
    },
    get list() {
      return [...kept.error.values(), ...kept.warning.values()].slice(0, mostFindings)
    },
    get count() {
      return keys.size
    },
  }
}

/** A text of the bundle, fit for a message. */
export function quote(text: string): string {
  return `"${present(text, 120)}"`
}

/** Findings as text, one line each. */
export function toText(findings: readonly RuntimeFinding[], omitted: number): string {
  if (findings.length === 0) return 'The runtimes read the bundle as it was read here'
  const lines = findings.map(({ severity, code, path, line, message, runtimes: concerned }) => {
    const names = concerned.length === runtimes.length ? '' : `${concerned.join(', ')}: `
    return `${severity}  ${path === '' ? 'bundle' : path}${line === undefined ? '' : `:${line}`}  ${names}${message}  (${code})`
  })
  return [...lines, ...(omitted > 0 ? [`and ${omitted} more`] : [])].join('\n')
}
