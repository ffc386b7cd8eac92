import { faultKinds, parseFault } from '@sallyport/sandbox'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../scripts/run-command.ts'
import { findTable, readCodeSpans, readDocument } from '../support/docs/markdown.ts'

describe('docs/sandbox.md', () => {
  const text = readDocument('docs/sandbox.md')
  const rows = findTable(text, 'Fault').rows

  it('lists every fault, and no other', () => {
    expect(new Set(rows.map(([name = '']) => readCodeSpans(name)[0]))).toEqual(new Set(faultKinds))
  })

  it('gives the milliseconds of each fault', () => {
    const source = readFileSync(join(root, 'packages/sandbox/src/delivery/faults.ts'), 'utf8')
    const [, body = ''] = /const defaultMs[^{]*{([^}]*)}/.exec(source) ?? []
    for (const [, quoted, plain, ms = ''] of body.matchAll(/(?:'([\w-]+)'|(\w+)): ([\d_]+)/g)) {
      const documented = rows.find(([name]) => name === `\`${quoted ?? plain}\``)?.[2]
      expect([quoted ?? plain, documented === '–' ? 0 : Number(documented?.replaceAll(',', ''))]).toEqual([
        quoted ?? plain,
        Number(ms.replaceAll('_', '')),
      ])
    }
  })

  it('writes faults as parseFault reads them', () => {
    const written = readCodeSpans(text).filter((span) => /^(?:drop|delay)(?::[\d.]+)*$/.test(span))
    expect(written.length).toBeGreaterThan(3)
    for (const fault of written) expect(parseFault(fault).kind).toBe(fault.split(':')[0])
  })
})
