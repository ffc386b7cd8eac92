import { listSenderNames, toFactory } from './read-senders.ts'

/** The file that lists the fixtures of every sender. */
export function createFixtureIndex(): string {
  // Fleet is a package of its own, and signed by `sallyport/testing` like the others.
  const names = [...listSenderNames(), 'fleet'].toSorted()
  const imports = names.map((name) => `import { ${toFactory(name)}Fixtures } from './${name}.ts'\n`)
  const members = names.map((name) => `  ${/^\w+$/.test(name) ? name : `'${name}'`}: ${toFactory(name)}Fixtures,\n`)
  return `// Written by \`npm run embed\`, from the entries of sallyport.
import type { Fixture } from './fixture.ts'
${imports.join('')}
/** Realistic bodies by provider name and event type; \`'*'\` is for every other type. */
export const fixtures: Readonly<Record<string, Readonly<Record<string, Fixture>>>> = {
${members.join('')}}
`
}
