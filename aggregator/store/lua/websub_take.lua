#!lua
-- Leases subscriptions of which something came; of each the oldest is read.
-- Keys: see websub.lua, which stands in front of this.
-- ARGV: now or '', seconds, most, a name for whoever takes them
-- Returns: for each: token, source, hub, until or nil, packed
local now = clock(ARGV[1])
local found = {}
for _, token in ipairs(redis.call('ZRANGE', READY, '-inf', text(now), 'BYSCORE', 'LIMIT', 0, ARGV[3])) do
  local packed = redis.call('LINDEX', queue(token), 0)
  if not packed then
    redis.call('ZREM', READY, token)
  else
    local v = redis.call('HMGET', sub(token), 'source', 'hub', 'until')
    redis.call('HSET', sub(token), 'taker', ARGV[4])
    redis.call('ZADD', READY, text(now + tonumber(ARGV[2])), token)
    found[#found + 1] = {token, v[1], v[2], v[3], packed}
  end
end
return found
