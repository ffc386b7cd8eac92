import { signal } from '@preact/signals'
import type { ConsoleAction, Problem, Session } from '../src/api.ts'
import { get, toProblem } from './call.ts'

/** `undefined` until the server answered. */
export const session = signal<Session | undefined>(undefined)
export const sessionProblem = signal<Problem | undefined>(undefined)

export async function loadSession(): Promise<void> {
  sessionProblem.value = undefined
  try {
    session.value = await get<Session>('session')
  } catch (error) {
    sessionProblem.value = toProblem(error)
  }
}

/** Whether the visitor may do this; the server checks it again. */
export const may = (action: ConsoleAction): boolean => session.value?.actions.includes(action) === true
