#!/usr/bin/env node
// Only this, so that a test can run command lines without starting a process for each.
import { run } from './run.ts'

await run(process.argv.slice(2))
