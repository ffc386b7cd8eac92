import { statSync } from 'node:fs'
import { listSenderNames } from '../../scripts/documents/senders/read-senders.ts'
import { closureOf, readImports } from '../support/import-graph.ts'
import { bundle } from './bundle-module.ts'
import type { Row } from './report.ts'

/** A program with a receiver, and what of Sallyport it loads at its start. */
interface Program {
  readonly subject: string
  readonly code: string
  readonly files: number
  /** Bytes of these files as they are written, comments included. */
  readonly source: number
}

/**
 * The cost of a program with a receiver and one provider: the provider that loads least, the one in the middle, and the one that loads
 * most. The floor is a receiver alone.
 */
export async function measureProviderCost(): Promise<Row[]> {
  const floor = { subject: 'floor: no provider', code: `export { createReceiver } from 'sallyport'` }
  const names = listSenderNames()
  const { files, edges } = readImports(['sallyport', ...names.map(toModule)])
  const toProgram = (subject: string, code: string, modules: readonly string[]): Program => {
    const entries = ['sallyport', ...modules].map((module) => files[module]!)
    const own = closureOf({ edges }, entries).filter((url) => url.includes('/packages/sallyport/src/'))
    const source = own.reduce((sum, url) => sum + statSync(new URL(url)).size, 0)
    return { subject, code, files: own.length, source }
  }
  const programs = names
    .map((name) => toProgram(name, `${floor.code}\nexport * from '${toModule(name)}'`, [toModule(name)]))
    .toSorted((left, right) => left.source - right.source)
  const compared = [
    toProgram(floor.subject, floor.code, []),
    named('least', programs[0]!),
    named('median', programs[programs.length >> 1]!),
    named('most', programs.at(-1)!),
  ]
  return [
    ...toRows(
      'files',
      'files',
      compared.map(({ files: count }) => count),
    ),
    ...toRows(
      'source',
      'bytes',
      compared.map(({ source }) => source),
    ),
    // jose is loaded when the first token arrives.
    ...toRows('minified', 'bytes', await measureBundles(['zod', 'jose'])),
    ...toRows('minified, with zod', 'bytes', await measureBundles(['jose'])),
  ]

  function toRows(name: string, unit: string, values: readonly number[]): Row[] {
    return compared.map(({ subject }, index) => {
      const ratio = values[index]! / values[0]!
      return { subject, case: `one provider, ${name}`, median: values[index]!, unit, ratio }
    })
  }

  async function measureBundles(external: readonly string[]): Promise<number[]> {
    const bundles = await Promise.all(compared.map(({ code }) => bundle(code, external)))
    return bundles.map((text) => Buffer.byteLength(text))
  }
}

function toModule(name: string): string {
  return `sallyport/providers/${name}`
}

function named(place: string, program: Program): Program {
  return { ...program, subject: `${place}: ${program.subject}` }
}
