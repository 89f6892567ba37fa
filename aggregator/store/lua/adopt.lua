#!lua
-- Takes sources into a shard; one that is already waiting or in flight stays as it is.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', then six for each source: id, host, hash of its address, seconds until due,
--       '' or '+' and the packed state to begin with, '' or '+' and the table to begin with
-- Returns: how many were taken in
local now = clock(ARGV[1])
for i = 2, #ARGV, 6 do
  local id, name = ARGV[i], ARGV[i + 1]
  local h = host(name)
  redis.call('PERSIST', h.key)
  redis.call('HSET', IDS, id, name .. '\0' .. ARGV[i + 2])
  if ARGV[i + 4] ~= '' then redis.call('SET', P .. 'state:' .. id, string.sub(ARGV[i + 4], 2)) end
  if ARGV[i + 5] ~= '' then
    redis.call('SET', P .. 'table:' .. id, string.sub(ARGV[i + 5], 2))
  else
    redis.call('PERSIST', P .. 'table:' .. id)
  end
  if redis.call('HEXISTS', TOKENS, id) == 0 then
    redis.call('ZADD', h.queue, 'NX', text(now + tonumber(ARGV[i + 3])), id)
  end
end
keep()
return (#ARGV - 1) / 6
