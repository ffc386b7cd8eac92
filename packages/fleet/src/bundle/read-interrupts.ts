import { FleetError } from '../fleet-error.ts'
import type { AgentTool, BundleWarning, ToolInterrupt } from './agent-bundle.ts'
import {
  isEnabled,
  isInterruptValue,
  judgeInterrupt,
  readDecisions,
  type InterruptEffective,
} from './interrupt-effect.ts'
import type { Reading } from './reading.ts'

/** Reads `interrupt_config`. @throws FleetError `TOOLS_INVALID` for a value that is text, a number or a list */
export async function readInterrupts(
  config: Readonly<Record<string, unknown>>,
  tools: readonly AgentTool[],
  path: string,
  reading: Reading,
): Promise<ToolInterrupt[]> {
  const names = new Set(tools.map(({ name }) => name))
  const interrupts: ToolInterrupt[] = []
  for (const [key, value] of Object.entries(config)) {
    if (!isInterruptValue(value)) {
      const detail = 'interrupt_config.*: expected true, false or an object with allowed_decisions'
      throw new FleetError('TOOLS_INVALID', { path, detail })
    }
    const isListed = names.has(key)
    const withServer = isListed ? undefined : splitKey(key)
    interrupts.push({
      key,
      ...(withServer ?? { serverUrl: '', tool: key, serverName: '' }),
      enabled: isEnabled(value),
      value,
      decisions: readDecisions(value),
      ...judgeInterrupt(value, withServer !== undefined, isListed),
    })
    if (reading.isLate()) await reading.pause()
  }
  return interrupts
}

// From the right: an IPv6 address in the URL contains "::" itself.
function splitKey(key: string): Pick<ToolInterrupt, 'serverUrl' | 'tool' | 'serverName'> | undefined {
  const beforeServer = key.lastIndexOf('::')
  const beforeTool = key.lastIndexOf('::', beforeServer - 1)
  if (beforeTool < 1 || beforeServer - beforeTool <= 2) return undefined
  return {
    serverUrl: key.slice(0, beforeTool),
    tool: key.slice(beforeTool + 2, beforeServer),
    serverName: key.slice(beforeServer + 2),
  }
}

/** Warnings about interrupts of one file that do not stop a tool, or may not. */
export function warnOfInterrupts(interrupts: readonly ToolInterrupt[], path: string): BundleWarning[] {
  const warn = (effective: InterruptEffective, code: BundleWarning['code'], what: string): BundleWarning[] => {
    const some = interrupts.filter((one) => one.effective === effective && (one.enabled || one.value === null))
    const reasons = new Set(some.map(({ reason }) => reason.message))
    const count = some.length === 1 ? '1 interrupt' : `${some.length} interrupts`
    return reasons.size === 0 ? [] : [{ code, path, message: `${count} ${what}: ${[...reasons].join('; ')}` }]
  }
  return [
    ...warn('no', 'INTERRUPT_WITHOUT_EFFECT', 'switched on but without effect'),
    ...warn('unknown', 'INTERRUPT_UNCERTAIN', 'of uncertain effect'),
  ]
}
