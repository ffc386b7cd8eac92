import { run } from '../packages/cli/src/run.ts'

// npm starts scripts in the top folder, and says where it was called.
const { npm_lifecycle_event: script, INIT_CWD: calledIn } = process.env
if (script === 'sallyport' && calledIn) process.chdir(calledIn)
await run(process.argv.slice(2))
