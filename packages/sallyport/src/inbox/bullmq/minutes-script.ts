/**
 * Adds to the counts of minutes; a hash has those of an hour. ARGV: milliseconds to keep it, then for each count the key of the
 * hash, the field, and the numbers as text.
 */
export const addMinutes = `
  for index = 2, #ARGV, 3 do
    local key, field = ARGV[index], ARGV[index + 1]
    local old = redis.call('HGET', key, field)
    local kept = {}
    for number in string.gmatch(old or '', '%d+') do kept[#kept + 1] = tonumber(number) end
    local sums = {}
    for number in string.gmatch(ARGV[index + 2], '%d+') do
      sums[#sums + 1] = string.format('%.0f', tonumber(number) + (kept[#sums + 1] or 0))
    end
    redis.call('HSET', key, field, table.concat(sums, ' '))
    redis.call('PEXPIRE', key, ARGV[1])
  end
`
