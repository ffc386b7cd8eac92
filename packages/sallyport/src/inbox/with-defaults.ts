import type { OptionRules } from '../options/check-options.ts'

/** Options with none left out. */
export type Filled<Options> = { readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined> }

/** The options that have a rule, over their defaults; `undefined` takes the default too. Options may be getters of a class. */
export function withDefaults<Options extends object, Name extends keyof Options>(
  options: Options,
  defaults: Filled<Pick<Options, Name>>,
  rules: OptionRules<Options>,
): Omit<Options, Name> & Filled<Pick<Options, Name>> {
  const names = Object.keys(rules) as (keyof Options)[]
  const given = names.map((name) => [name, options[name]] as const).filter(([, value]) => value !== undefined)
  return { ...defaults, ...(Object.fromEntries(given) as Options & Filled<Pick<Options, Name>>) }
}
