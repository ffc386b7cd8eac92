import { describe, expect, it } from 'vitest'
import { toInboxError } from './errors.ts'

const ofVersion6 = 'ERR Error running script (call to f_0a9a51): @user_script:4: @user_script: 4: -'

describe('toInboxError', () => {
  it.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", 'INBOX_FULL', 'OOM'],
    [`${ofVersion6}OOM command not allowed when used memory > 'maxmemory'.`, 'INBOX_FULL', 'OOM'],
    [`${ofVersion6}MISCONF Redis is configured to save RDB snapshots.`, 'INBOX_UNAVAILABLE', 'Redis: MISCONF'],
    ['ERR Error running script (call to f_0a9a51): @user_script:4: odd', 'INBOX_UNAVAILABLE', 'Redis: ERR'],
    ['LOADING Redis is loading the dataset in memory', 'INBOX_UNAVAILABLE', 'Redis: LOADING'],
    ['Connection is closed.', 'INBOX_UNAVAILABLE', 'no connection to Redis'],
  ])('reads the code of %s', (message, code, words) => {
    expect(toInboxError(new Error(message))).toMatchObject({ code, detail: expect.stringContaining(words) })
  })
})
