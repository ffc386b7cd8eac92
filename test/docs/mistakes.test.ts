import { describe, expect, it } from 'vitest'
import { fillMistakeTables } from '../../scripts/documents/mistake-tables.ts'
import { readDocument } from '../support/docs/markdown.ts'
import { firstHour } from '../support/mistakes/first-hour.ts'
import { mistakes } from '../support/mistakes/index.ts'

describe('docs/troubleshooting.md', () => {
  const text = readDocument('docs/troubleshooting.md')

  it('has a table for every group of mistakes', () => {
    const marked = [...text.matchAll(/^<!-- mistakes: (.+) -->$/gm)].map(([, title]) => title)
    expect(marked).toEqual(Object.keys(mistakes))
    const early = [...text.matchAll(/^<!-- first hour: (.+) -->$/gm)].map(([, title]) => title)
    expect(early).toEqual(Object.keys(firstHour))
  })

  it('shows what the tests run', () => {
    expect(fillMistakeTables(text)).toBe(text)
    expect(fillMistakeTables('<!-- mistakes: Sandbox -->\n')).toContain("| `createSandbox({ port: '4000' })` ")
  })

  it('has no table of a group that does not exist', () => {
    expect(() => fillMistakeTables('<!-- mistakes: None -->\n')).toThrow('no mistakes "None"')
  })
})
