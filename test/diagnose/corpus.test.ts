import { diagnose } from 'sallyport/diagnose'
import { describe, expect, it } from 'vitest'
import { knownCases } from '../support/diagnose/corpus.ts'
import { findTable, readDocument } from '../support/docs/markdown.ts'

const certainties = ['proven', 'likely', 'possible'] as const

/** Diagnoses every case, and counts how often each answer is true. */
async function measure() {
  const answers = new Map<string, { given: number; right: number }>()
  const wrong: string[] = []
  let cases = 0
  let named = 0
  for (const { name, provider, delivery, options, truths } of knownCases()) {
    cases += 1
    const { ok, findings } = await diagnose(provider, delivery, options)
    if (ok || findings.length === 0) wrong.push(`${name}: verifies`)
    if (findings.some(({ cause }) => cause === truths[0])) named += 1
    for (const { cause, certainty } of findings) {
      const isRight = truths.includes(cause)
      for (const key of [certainty, `${certainty} ${cause}`]) {
        const { given, right } = answers.get(key) ?? { given: 0, right: 0 }
        answers.set(key, { given: given + 1, right: right + (isRight ? 1 : 0) })
      }
      if (!isRight && certainty !== 'possible') wrong.push(`${name}: ${certainty} ${cause}`)
    }
  }
  return { answers, wrong, cases, named }
}

describe('diagnose: deliveries with known causes', () => {
  it('are named, and nothing wrong is called certain', async () => {
    const { answers, wrong, cases, named } = await measure()
    const rows = [...answers].toSorted(([one], [other]) => (one < other ? -1 : 1))
    console.info(rows.map(([key, { given, right }]) => `${key.padEnd(40)} ${right} of ${given} right`).join('\n'))
    console.info(`${named} of ${cases} causes named`)
    expect(wrong).toEqual([])
    expect(cases).toBeGreaterThanOrEqual(300)
    expect(named / cases).toBeGreaterThanOrEqual(0.8)
    const document = readDocument('docs/cli.md')
    expect(findTable(document, 'Certainty').rows.map((row) => row.slice(0, 3))).toEqual(
      certainties.map((word) => [`\`${word}\``, String(answers.get(word)!.given), String(answers.get(word)!.right)]),
    )
    expect(document.replaceAll(/\s+/g, ' ')).toContain(`${cases} deliveries with known causes, ${named} of them named`)
  })
})
