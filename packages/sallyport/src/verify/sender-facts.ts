import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { failProvider } from './check-provider.ts'

/** What is known of a sender beside its scheme. `docs/senders.md` is made of it. */
export interface SenderFacts {
  /** Its name, as it writes it. */
  readonly title: string
  /** The document its rules were read from: a URL, where it has one. */
  readonly source: string
  /** When it was read, as in `2026-11-29`. */
  readonly readOn: string
  /** What a delivery carries that no signature covers, as in `X-GitHub-Event`. */
  readonly notSigned: readonly string[]
  /** Where known-good signatures come from, or `none published`. */
  readonly vectors: string
  /** What it documents of its retries beside their time, as in `up to 6 times`. @default nothing */
  readonly retries?: string | undefined
  /** What its secrets begin with. @default nothing: any text */
  readonly secretPrefix?: string | undefined
}

const rules: OptionRules<SenderFacts> = {
  title: allow.required(allow.filled),
  source: allow.required(allow.filled),
  readOn: allow.required({
    allowed: 'a day as in 2026-11-29',
    accepts: (value) => /^20\d\d-[01]\d-[0-3]\d$/.test(String(value)),
  }),
  notSigned: allow.required(allow.listOf(allow.filled, 'strings')),
  vectors: allow.required(allow.filled),
  retries: allow.filled,
  secretPrefix: allow.filled,
}

/** @throws SallyportError `PROVIDER_INVALID` for facts that are incomplete */
export function checkFacts(name: string, facts: SenderFacts): void {
  checkOptions(`${name}, about`, facts, rules, failProvider)
}
