#!lua
-- Leases requests whose callbacks are to be asked now.
-- Keys: see hub.lua, which stands in front of this.
-- ARGV: now or '', seconds, most, a name for whoever holds them
-- Returns: for each: id, mode, callback, topic, lease, how often it was tried now
local now = clock(ARGV[1])
local found = {}
for _, id in ipairs(redis.call('ZRANGE', ASKS, '-inf', text(now), 'BYSCORE', 'LIMIT', 0, ARGV[3])) do
  local v = redis.call('HMGET', ask(id), 'mode', 'callback', 'topic', 'lease')
  redis.call('HSET', ask(id), 'holder', ARGV[4])
  redis.call('ZADD', ASKS, text(now + tonumber(ARGV[2])), id)
  found[#found + 1] = {id, v[1], v[2], v[3], v[4], redis.call('HINCRBY', ask(id), 'tries', 1)}
end
return found
