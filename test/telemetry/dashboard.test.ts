import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { root } from '../../scripts/run-command.ts'
import { metrics, type Metric } from '../../packages/sallyport/src/telemetry/metrics.ts'
import { signatureFailureCodes } from '../../packages/sallyport/src/watch/read/failures.ts'
import { toPrometheusName } from '../../packages/sallyport/src/telemetry/prometheus/prometheus-name.ts'

interface Panel {
  readonly type: string
  readonly title: string
  readonly fieldConfig?: { readonly defaults: { readonly unit: string } }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}

interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] }
}

const read = (name: string): string => readFileSync(join(root, 'examples', 'operations', name), 'utf8')
const dashboard = JSON.parse(read('grafana-dashboard.json')) as Dashboard
const { groups } = parseYaml(read('prometheus-alerts.yml')) as {
  groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[]
}

/** The metrics of the table by the names that their series have. */
const series = new Map<string, Metric>(
  Object.values(metrics).flatMap((metric: Metric) => {
    const name = toPrometheusName(metric)
    return metric.kind === 'histogram' ? [[`${name}_bucket`, metric] as const] : [[name, metric] as const]
  }),
)

/** Names in an expression, as the parser of Prometheus itself finds them. */
function readExpression(expr: string): { series: string[]; labels: string[]; isBroken: boolean } {
  const text = expr.replaceAll('$__rate_interval', '5m')
  const names: string[] = []
  const labels: string[] = []
  let isBroken = false
  parser.parse(text).iterate({
    enter({ name, from, to, type }) {
      if (type.isError) isBroken = true
      if (name === 'Identifier') names.push(text.slice(from, to))
      if (name === 'LabelName') labels.push(text.slice(from, to))
    },
  })
  return { series: names, labels, isBroken }
}

const labelsOf = ({ kind, labels }: Metric): string[] => (kind === 'histogram' ? [...labels, 'le'] : [...labels])

/** Checks an expression against the table; returns its metrics. */
function check(expr: string): Metric[] {
  const found = readExpression(expr)
  expect(found.isBroken, expr).toBe(false)
  expect(found.series.length, expr).toBeGreaterThan(0)
  expect(found.series.filter((name) => !series.has(name))).toEqual([])
  const used = found.series.map((name) => series.get(name)!)
  for (const metric of used) expect(labelsOf(metric)).toEqual(expect.arrayContaining(found.labels))
  return used
}

const panels = dashboard.panels.filter(({ type }) => type !== 'row')
const units: Readonly<Record<string, readonly string[]>> = {
  s: ['s'],
  By: ['bytes'],
  '1': ['percentunit'],
  '{delivery}': ['reqps'],
  '{event}': ['ops', 'short'],
  '{error}': ['short'],
}

describe('the Grafana dashboard', () => {
  it.each(panels.map((panel) => [panel.title, panel] as const))(
    '%s uses metrics, labels and units of the table',
    (_title, panel) => {
      for (const { expr, legendFormat } of panel.targets!) {
        const used = check(expr)
        const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label)
        for (const metric of used) {
          expect(labelsOf(metric)).toEqual(expect.arrayContaining(shown))
          expect(units[metric.unit]).toContain(panel.fieldConfig!.defaults.unit)
        }
      }
    },
  )

  it('shows every metric of the table', () => {
    const shown = panels.flatMap(({ targets }) => targets!.flatMap(({ expr }) => readExpression(expr).series))
    expect([...series.keys()].filter((name) => !shown.includes(name))).toEqual([])
  })

  it('shows one value for each label of a gauge, however many processes are scraped', () => {
    const gauges = panels
      .flatMap(({ targets }) => targets!.map(({ expr }) => expr))
      .filter((expr) => check(expr).every(({ kind }) => kind === 'gauge'))
    expect(gauges.length).toBeGreaterThan(0)
    for (const expr of gauges) {
      const worst = expr.includes('secret_remaining') ? 'min' : 'max'
      const [label] = check(expr).flatMap(labelsOf)
      expect(expr).toMatch(new RegExp(`^${worst} by \\(${label}\\) \\(`))
    }
  })

  it('offers the values of labels that exist', () => {
    const variables = dashboard.templating.list.flatMap(({ definition }) => definition ?? [])
    expect(variables).toHaveLength(2)
    for (const definition of variables) {
      const [, name = '', label] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? []
      expect(series.get(name)?.labels).toContain(label)
    }
  })
})

describe('the alert rules', () => {
  const rules = groups.flatMap((group) => group.rules)
  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s uses metrics and labels of the table',
    (_name, { expr, annotations }) => {
      const labels = check(expr).flatMap(labelsOf)
      const shown = [...annotations.summary!.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label)
      expect(labels).toEqual(expect.arrayContaining(shown))
      expect(annotations.action).toBeTruthy()
    },
  )
})

it('the alert about signatures counts a wrong secret of every kind', () => {
  const { expr } = groups.flatMap((group) => group.rules).find(({ alert }) => alert === 'WebhookSignaturesFail')!
  const codes = /code=~"([^"]*)"/.exec(expr)?.[1]?.split('|') ?? []
  // Anybody sends a request without a signature, and a scanner must page nobody.
  const noise = /^SENDER_|_MISSING$|_MALFORMED$/
  expect(codes.toSorted()).toEqual(signatureFailureCodes.filter((code) => !noise.test(code)).toSorted())
})

describe('the check', () => {
  it.each([
    ['another name', 'rate(sallyport_delivery_total[5m])'],
    ['a label of another metric', 'sum by (code) (sallyport_inbox_dead)'],
    ['a broken expression', 'rate(sallyport_deliveries_total[5m]'],
  ])('finds %s', (_case, expr) => {
    expect(() => check(expr)).toThrow()
  })
})
