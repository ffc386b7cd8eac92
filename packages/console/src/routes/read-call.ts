import { invalidRequest } from '../console-error.ts'

const longestKey = 1_000

/** The key of an event in an address or a body. @throws ConsoleError `CONSOLE_REQUEST_INVALID` */
export function readKey(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > longestKey)
    return invalidRequest(`key must be a text of at most ${longestKey} characters`)
  return value
}

/** A whole number in an address. @throws ConsoleError `CONSOLE_REQUEST_INVALID` */
export function readNumber(name: string, text: string | null, standIn: number, most: number): number {
  if (text === null || text === '') return standIn
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (value < 1 || value > most) return invalidRequest(`${name} must be an integer from 1 to ${most}`)
  return value
}
