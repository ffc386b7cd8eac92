// Preloaded into every thread of a process: a clock that a test sets by writing into a file.
import { readFileSync } from 'node:fs'

const file = process.env['CLOCK_OFFSET_FILE']!
const { now } = Date

Date.now = () => now() + Number(readFileSync(file, 'utf8'))
