#!lua
-- Leases subscriptions behind which something happened; those whose lease is over are dropped.
-- Keys: see hub.lua, which stands in front of this.
-- ARGV: now or '', seconds, most, a name for whoever holds them
-- Returns: number of the last change, epoch, seconds until one that rests may be served or '', how many leases were
--          over, then for each: id, callback, topic, secret, token, position, tries
local now, most = clock(ARGV[1]), tonumber(ARGV[3])
local over = redis.call('ZRANGE', UNTIL, '-inf', text(now), 'BYSCORE', 'LIMIT', 0, 100)
for _, id in ipairs(over) do drop(id) end
local newest = last()
for _, id in ipairs(redis.call('ZRANGE', LATER, '-inf', text(now), 'BYSCORE', 'LIMIT', 0, most)) do
  redis.call('ZREM', LATER, id)
  redis.call('ZADD', PLACE, redis.call('HGET', sub(id), 'position'), id)
end
-- the store fell back to an older state: those numbers are given again
for _, id in ipairs(redis.call('ZRANGE', PLACE, '(' .. newest, '+inf', 'BYSCORE', 'LIMIT', 0, most)) do
  redis.call('HSET', sub(id), 'position', newest)
  redis.call('ZADD', PLACE, newest, id)
end
local found = {}
for _, id in ipairs(redis.call('ZRANGE', PLACE, '-inf', '(' .. newest, 'BYSCORE', 'LIMIT', 0, most)) do
  local v = redis.call('HMGET', sub(id), 'callback', 'topic', 'secret', 'token', 'position', 'tries')
  redis.call('HSET', sub(id), 'holder', ARGV[4])
  redis.call('ZREM', PLACE, id)
  redis.call('ZADD', LATER, text(now + tonumber(ARGV[2])), id)
  found[#found + 1] = {id, v[1], v[2], v[3], v[4], v[5], v[6] or '0'}
end
local soonest = redis.call('ZRANGE', LATER, 0, 0, 'WITHSCORES')[2]
return {newest, redis.call('HGET', KEYS[1] .. ':meta', 'epoch') or '', soonest and text(tonumber(soonest) - now) or '',
  #over, found}
