#!lua
-- Takes sources out of a shard: not claimed any more, a poll in flight can't be settled.
-- The table outlives them for the retention, so that a source which comes back brings nothing twice.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: seconds that tables are kept, then the ids
-- Returns: of each source its packed state or nil, and its table or nil
local gone = {}
for i = 2, #ARGV do
  local id = ARGV[i]
  local known = redis.call('HGET', IDS, id)
  gone[#gone + 1] = redis.call('GET', P .. 'state:' .. id)
  gone[#gone + 1] = redis.call('GET', P .. 'table:' .. id)
  if known then
    release(id)
    redis.call('ZREM', host(string.match(known, '^[^%z]*')).queue, id)
    redis.call('HDEL', IDS, id)
    redis.call('DEL', P .. 'state:' .. id)
    redis.call('EXPIRE', P .. 'table:' .. id, ARGV[1])
  end
end
keep()
for _, h in pairs(met) do
  if h.flying == 0 and redis.call('EXISTS', h.queue) == 0 then redis.call('EXPIRE', h.key, ARGV[1]) end
end
return gone
