import parse from 'parse-prometheus-text-format'

/** A value of a scraped metric. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value?: string
}

/** A scraped metric. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'COUNTER' | 'GAUGE' | 'HISTOGRAM'
  readonly metrics: readonly Sample[]
}

/**
 * Parses what an endpoint answered with a parser of the text format that is not ours. Of a histogram it has the counts: the parser
 * puts those of all labels into one, unless it is not told that they belong together.
 */
export function parseMetrics(text: string): ReadonlyMap<string, Family> {
  const apart = parse(text.replaceAll(/^# TYPE \w+ histogram$/gm, '')) as readonly Family[]
  const countsOf = (name: string): Sample[] =>
    apart.filter((one) => one.name === name).flatMap(({ metrics }) => metrics)
  return new Map(
    (parse(text) as readonly Family[]).map((family) => [
      family.name,
      family.type === 'HISTOGRAM' ? { ...family, metrics: countsOf(`${family.name}_count`) } : family,
    ]),
  )
}

/** Labels and values of a metric; of a histogram the count. */
export function samplesOf(family: Family | undefined): [labels: object, value: number][] {
  return (family?.metrics ?? []).map(({ labels = {}, value }) => [labels, Number(value)])
}
