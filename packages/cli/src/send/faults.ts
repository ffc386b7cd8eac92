import { didYouMean } from 'sallyport/provider'
import { InvalidArgumentError } from '@commander-js/extra-typings'
import { faultKinds, parseFault, type Fault, type FaultKind } from '@sallyport/sandbox'
import { SallyportError } from 'sallyport'

/** A kind of fault that `send` injects: those of the sandbox, and a missing signature. */
export type SendFaultKind = FaultKind | 'unsigned'

/**
 * Each kind of fault: what it does, what a sound receiver answers, and the default `ms` of those that take one. They are not
 * the sandbox's: here somebody waits for the command. The default of `stale` depends on the provider.
 */
export const sendFaults: Readonly<
  Record<
    SendFaultKind,
    { readonly what: string; readonly answer: 'accept' | 'refuse'; readonly ms?: number | undefined }
  >
> = {
  duplicate: { what: 'sent twice', answer: 'accept' },
  corrupt: { what: 'a byte of the body is changed after signing', answer: 'refuse' },
  'wrong-signature': { what: 'signed with another secret', answer: 'refuse' },
  unsigned: { what: 'the signature is left out', answer: 'refuse' },
  stale: { what: 'signed ms ago (default: an hour, or twice the tolerance)', answer: 'refuse' },
  delay: { what: 'sent up to ms later (default: a second)', answer: 'accept', ms: 1_000 },
  reorder: { what: 'sent in another order', answer: 'accept' },
  drop: { what: 'not sent', answer: 'accept' },
  'slow-body': { what: 'the body is sent in pieces over ms (default: a second)', answer: 'accept', ms: 1_000 },
}

/** A fault to inject. */
export interface SendFault {
  readonly kind: SendFaultKind
  /** Share of the deliveries that have it, from 0 to 1. */
  readonly probability: number
  /** Milliseconds of `stale`, `delay` and `slow-body`. */
  readonly ms: number | undefined
}

/**
 * Parses `kind[:probability[:ms]]`, the syntax of the sandbox, where `kind` is one of `kinds`.
 *
 * @throws InvalidArgumentError with the nearest kind, or the rule that is broken
 */
function readFault<Kind extends string>(text: string, kinds: readonly Kind[]) {
  const [name = '', ...rest] = text.split(':')
  const kind = kinds.find((known) => known === name)
  if (kind === undefined) throw new InvalidArgumentError(`There is no fault "${name}". ${didYouMean(name, kinds)}`)
  try {
    // The sandbox knows every kind but `unsigned`, which has the same syntax.
    return { ...parseFault(['drop', ...rest].join(':')), kind }
  } catch (error) {
    if (!SallyportError.is(error)) throw error
    throw new InvalidArgumentError(error.message)
  }
}

/** Parses `--fault` of `sandbox`, which has its own defaults. */
export function readSandboxFault(text: string, before: readonly Fault[] = []): Fault[] {
  return [...before, readFault(text, faultKinds)]
}

/** Parses `--fault` of `send`, with defaults. */
export function readSendFault(text: string, before: readonly SendFault[] = []): SendFault[] {
  const { kind, probability = 1, ms } = readFault(text, Object.keys(sendFaults) as SendFaultKind[])
  return [...before, { kind, probability, ms: ms ?? sendFaults[kind].ms }]
}
