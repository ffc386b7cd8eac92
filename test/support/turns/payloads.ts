import { checkInput, checkToolAuth, FleetPayload, toEnvExample, ToolAuthRequirements } from '@sallyport/fleet'

const many = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index))
const long = (index: number): string => `${'V'.repeat(250)}${index}`

const options = (count: number) => ({
  action: 'Deploy',
  files: { content_base64: 'AAAA' },
  fields: many(1_000, (field) => ({
    name: `f${field}`,
    type: 'select',
    options: many(count / 1_000, (option) => ({ label: long(option), value: option })),
  })),
})
const requirements = (count: number) =>
  many(1_000, (tool) => ({
    tool_name: `t${tool}`,
    auth_type: 'api_key',
    required_env_vars: many(count / 1_000, (variable) => long(tool * 1_000 + variable)),
  }))

/** Payloads around an archive that cost most within their limits, and what is done with them. */
export const payloads: Readonly<Record<string, () => () => unknown>> = {
  'FleetPayload, 3,000 options': () => {
    const payload = options(3_000)
    return () => FleetPayload.parse(payload)
  },
  'FleetPayload, a million options': () => {
    const payload = options(1_000_000)
    return () => FleetPayload.safeParse(payload)
  },
  'ToolAuthRequirements, 3,000 variables': () => {
    const sent = requirements(3_000)
    return () => ToolAuthRequirements.parse(sent)
  },
  'toEnvExample, 3,000 variables': () => {
    const needed = ToolAuthRequirements.parse(requirements(3_000))
    return () => toEnvExample(needed)
  },
  'checkToolAuth, 3,000 variables': () => {
    const needed = ToolAuthRequirements.parse(requirements(3_000))
    return async () => (await checkToolAuth(needed, { env: {} })).toTable()
  },
  'checkInput, text of JSON editors': () => {
    const text = `{${many(10_000, (index) => `"${index}\\u0061":[{}]`).join(',')}}`.slice(0, 123_000)
    const fields = [FleetPayload.parse({ ...options(0), fields: [{ name: 'j', type: 'json' }] }).fields[0]!]
    return () => checkInput(fields, { j: text })
  },
}
