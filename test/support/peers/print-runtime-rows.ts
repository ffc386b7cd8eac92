import { plainAgent, runtimeRows } from './runtime-rows.ts'

// The input of `read-with-runtimes.py`:
// node --conditions=@sallyport/source test/support/peers/print-runtime-rows.ts |
//   python3 test/support/peers/read-with-runtimes.py <fleet-deepagents-export checkout> <deepagents checkout>
// Its output is committed as `runtime-readings.json`.
const cases = runtimeRows.map(({ name, files }) => [name, { ...plainAgent, ...files }] as const)
console.log(JSON.stringify(Object.fromEntries(cases)))
