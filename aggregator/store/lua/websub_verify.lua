#!lua
-- A hub asks whether we meant it, or says no.
-- Keys: see websub.lua, which stands in front of this.
-- ARGV: now or '', token, subscribe, unsubscribe or denied, topic, seconds of the lease or of the wait after a
--       denial, share of the lease until it is renewed, why or '', what to queue after a denial, seconds that
--       a renewal waits at the least, a hash of the question
-- Returns: 1 if it is so, or was so when the same was asked within the last minute, as hubs do whose answer got
--       lost (WebSub 5.3); else 0: this was not asked for, or not now
local now, token, mode = clock(ARGV[1]), ARGV[2], ARGV[3]
local v = redis.call('HMGET', sub(token), 'topic', 'asked', 'state')
local said = P .. 'said:' .. token
if mode ~= 'denied' and (v[1] ~= ARGV[4] or v[2] ~= mode) then
  return redis.call('GET', said) == ARGV[10] and 1 or 0
end
if v[1] ~= ARGV[4] then return 0 end
if mode == 'denied' then
  redis.call('HSET', sub(token), 'state', 'denied', 'error', ARGV[7])
  redis.call('HDEL', sub(token), 'asked', 'until')
  redis.call('ZADD', DUE, text(now + tonumber(ARGV[5])), token)
  if v[3] == 'active' then enqueue(token, ARGV[8], now) end
  return 1
end
redis.call('SET', said, ARGV[10], 'EX', 60)
if mode == 'unsubscribe' then
  forget(token)
  return 1
end
local lease = tonumber(ARGV[5])
redis.call('HSET', sub(token), 'state', 'active', 'until', text(now + lease), 'tries', 0)
redis.call('HDEL', sub(token), 'asked', 'error')
redis.call('ZADD', DUE, text(now + math.max(lease * tonumber(ARGV[6]), tonumber(ARGV[9]))), token)
return 1
