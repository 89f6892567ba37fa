#!lua
-- Leases subscriptions whose hubs are to be asked now; from here on the hub may verify what it is asked for.
-- Keys: see websub.lua, which stands in front of this.
-- ARGV: now or '', seconds, most, a name for whoever holds them
-- Returns: for each: token, source, hub, topic, base, secret, wish, how often it was tried now
local now = clock(ARGV[1])
local found = {}
for _, token in ipairs(redis.call('ZRANGE', DUE, '-inf', text(now), 'BYSCORE', 'LIMIT', 0, ARGV[3])) do
  local v = redis.call('HMGET', sub(token), 'source', 'hub', 'topic', 'base', 'secret', 'wish')
  if not v[1] then
    redis.call('ZREM', DUE, token)
  else
    redis.call('HSET', sub(token), 'asked', v[6], 'holder', ARGV[4])
    local tries = redis.call('HINCRBY', sub(token), 'tries', 1)
    redis.call('ZADD', DUE, text(now + tonumber(ARGV[2])), token)
    found[#found + 1] = {token, v[1], v[2], v[3], v[4], v[5], v[6], tries}
  end
end
return found
