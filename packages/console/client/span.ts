import { spans } from './events/filters.ts'

/** A span of the pages' choices, as it is in the URL and in queries. */
export type Span = (typeof spans)[number]

export const spanNames: Readonly<Record<Span, string>> = {
  '1h': 'last hour',
  '24h': 'last 24 hours',
  '7d': 'last 7 days',
}

/** A span from a URL; what is none is the first. */
export const toSpan = (text: string | undefined): Span => spans.find((span) => span === text) ?? '1h'
