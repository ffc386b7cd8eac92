import { toDeploymentName } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { runtimeCodes } from '../../packages/fleet/src/runtime/runtime-codes.ts'
import {
  addresses,
  credentialEnds,
  freelyNamed,
  providers,
  steeringVariables,
} from '../../packages/fleet/src/variables/steering-variables.ts'
import { readOptions } from '../support/docs/declared-options.ts'
import { findTable, readDocument } from '../support/docs/markdown.ts'

const show = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(' ')

describe('docs/fleet.md', () => {
  it('lists every member of an event, and no other', () => {
    const { rows } = findTable(readDocument('docs/fleet.md'), 'Member of `data`')
    const declared = readOptions('fleet/src/payload FleetPublish').map(({ name }) => `\`${name}\``)
    expect(new Set(rows.map(([name]) => name))).toEqual(new Set(declared))
  })

  it('lists every finding of checkRuntime, and no other', () => {
    const { rows } = findTable(readDocument('docs/fleet.md'), 'Finding')
    const declared = Object.entries(runtimeCodes).map(([code, texts]) => [`\`${code}\``, ...texts])
    expect(rows).toEqual(declared)
  })

  it('lists every variable that steers a process, and no other', () => {
    const { rows } = findTable(readDocument('docs/fleet.md'), 'What it steers')
    const declared = Object.entries(steeringVariables).map(([kind, names]) => {
      const isAddress = kind === 'model providers'
      return [kind, isAddress ? `${show(providers)} with ${show(addresses.map((each) => `_${each}`))}` : show(names)]
    })
    expect(rows).toEqual(declared)
  })

  it('lists the ends of credentials, and the exceptions', () => {
    const text = readDocument('docs/fleet.md').replaceAll(/\s+/g, ' ')
    expect(text).toContain(`if it ends in ${show(credentialEnds.map((end) => `_${end}`))}.`)
    expect(text).toContain(`does not apply to ${show(freelyNamed)}.`)
  })

  it('shows the folders that agents really get', () => {
    const rows = findTable(readDocument('docs/fleet.md'), 'Agent').rows.map((row) =>
      row.map((cell) => cell.slice(1, -1)),
    )
    expect(rows.length).toBeGreaterThan(2)
    expect(rows).toEqual(rows.map(([agent]) => [agent, toDeploymentName(undefined, agent)]))
  })
})

describe('docs/bundles.md', () => {
  it('numbers the rules as its table of codes refers to them', () => {
    const text = readDocument('docs/bundles.md')
    const rules = [...text.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => number)
    expect(rules).toEqual(Array.from({ length: 20 }, (_none, index) => String(index + 1)))
    const { head, rows } = findTable(text, 'Code')
    const referred = new Set(rows.map((row) => row[head.indexOf('Rule')]))
    expect([...referred].filter((rule) => rule !== 'disk' && rule !== 'pull' && !rules.includes(rule))).toEqual([])
  })
})
