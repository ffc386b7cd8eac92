import { createHash } from 'node:crypto'

/** A script, and the digest by which Redis knows it. */
export interface Script {
  readonly text: string
  readonly sha: string
}

// Values of a key: `done`, or `claim:` and the id of the claim. Anything else was written by others, and is answered with 0.
// Each script has one key, so that it runs on any node of a cluster.

const toScript = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') })

/**
 * Answers 1 for claimed, 2 for a duplicate and 3 for pending. A client that sends it again after its connection was lost gets
 * the same answer. ARGV: the claim, milliseconds.
 */
export const claimScript = toScript(`
local held = redis.call('GET', KEYS[1])
if held == false then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1
end
if held == ARGV[1] then return 1 end
if held == 'done' then return 2 end
if string.sub(held, 1, 6) == 'claim:' then return 3 end
return 0`)

/**
 * Also where the claim is over and nobody else has one: the event was handled. A Redis without room takes PEXPIRE, and after that
 * SET. ARGV: the claim, milliseconds.
 */
export const commitScript = toScript(`
local held = redis.call('GET', KEYS[1])
if held == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if held == ARGV[1] or held == false then redis.call('SET', KEYS[1], 'done', 'PX', ARGV[2]) end
return 1`)

/** ARGV: the claim. */
export const releaseScript = toScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`)

/** ARGV: the claim, milliseconds. */
export const renewScript = toScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1`)

/** Answers with 1 if Redis never deletes keys to make room, else with what its settings are; a user may not see them. */
export const settingsScript = toScript(`
local info = redis.pcall('INFO', 'memory')
if type(info) ~= 'string' then return 'unknown' end
local limit = string.match(info, '\\nmaxmemory:(%d+)')
local policy = string.match(info, '\\nmaxmemory_policy:([%w-]+)')
if policy == 'noeviction' or limit == '0' then return 1 end
return policy or 'unknown'`)
