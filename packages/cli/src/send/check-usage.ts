import { CliError } from '../cli-error.ts'

/** What a command line of `send` says, as far as it can contradict itself. */
export interface SendUsage {
  readonly event?: string | undefined
  readonly replay?: readonly string[] | undefined
  readonly sign?: true | undefined
  readonly data?: string | undefined
  readonly secret?: readonly string[] | undefined
  readonly fault?: readonly unknown[] | undefined
}

/** Combinations that mean nothing, each with the reason. */
const conflicts: readonly (readonly [applies: (usage: SendUsage) => boolean, message: string, fix: string])[] = [
  [
    ({ replay, sign }) => replay === undefined && sign === true,
    '--sign goes with --replay',
    'Without --replay, every delivery is signed: leave --sign out.',
  ],
  [
    ({ replay, event }) => replay !== undefined && event !== undefined,
    'an event and --replay exclude each other: the request file says which event it is',
    'Leave the event out. Write the provider before --replay, as every word after it is a file.',
  ],
  [
    ({ replay, data }) => replay !== undefined && data !== undefined,
    '--data and --replay exclude each other: the request file has the body',
    'Leave one of them out.',
  ],
  [
    ({ replay, sign, secret }) => replay !== undefined && !sign && secret !== undefined,
    '--secret has no effect: --replay sends what was signed already',
    'Add --sign to sign it again, or leave --secret out.',
  ],
  [
    ({ replay, sign, fault }) => replay !== undefined && !sign && fault !== undefined,
    '--fault has no effect: faults are injected while signing, and --replay sends what was signed already',
    'Add --sign to sign it again, or leave --fault out.',
  ],
]

/** @throws CliError `OPTION_CONFLICT` for options that exclude each other */
export function checkUsage(usage: SendUsage): void {
  const found = conflicts.find(([applies]) => applies(usage))
  if (found === undefined) return
  const [, message, fix] = found
  throw new CliError('usage', 'OPTION_CONFLICT', message, { fix })
}
