#!lua
-- Takes sources out of a shard: not claimed any more, a poll in flight can't be settled.
-- What is remembered outlives them for the retention, so that a source which comes back under the same address is
-- asked as if it had stayed, and brings nothing twice. One that is gone (410) is asked at once when it comes back.
-- Keys: see shard.lua, which stands in front of this.
-- ARGV: now or '', seconds that it is kept, then the ids
-- Returns: of each source its packed state or nil, its table or nil, and when it was due or nil (gone)
local now, keeping = clock(ARGV[1]), ARGV[2]
local gone = {}
for i = 3, #ARGV do
  local id = ARGV[i]
  local known = redis.call('HGET', IDS, id)
  local due = false
  gone[#gone + 1] = redis.call('GET', P .. 'state:' .. id)
  gone[#gone + 1] = redis.call('GET', P .. 'table:' .. id)
  if known then
    local queue = host(string.match(known, '^[^%z]*')).queue
    due = redis.call('ZSCORE', queue, id)
    if release(id) then due = text(now) end
    redis.call('ZREM', queue, id)
    redis.call('HDEL', IDS, id)
    redis.call('SET', P .. 'left:' .. id, string.sub(known, -8) .. (due or text(now)), 'EX', keeping)
    redis.call('EXPIRE', P .. 'state:' .. id, keeping)
    redis.call('EXPIRE', P .. 'table:' .. id, keeping)
  end
  gone[#gone + 1] = due
end
keep()
for _, h in pairs(met) do
  if h.flying == 0 and redis.call('EXISTS', h.queue) == 0 then
    redis.call('HSET', h.key, 'u', '1')
    redis.call('EXPIRE', h.key, keeping)
  end
end
return gone
