#!lua
-- What the scripts of our subscriptions to hubs share; the loader puts it in front of them. No script by itself.
--
-- KEYS[1]                 {s}, names the slot; every key below lies in it
-- {s}:websub:of           hash  source → token of its subscription, a blank, its shard, a blank, hash of its address
-- {s}:websub:sub:TOKEN    hash  source, hub, topic, base (of our callback), secret, wish (subscribe or unsubscribe),
--                               asked (what the hub may verify now), state (new, active, denied), until, tries, error,
--                               holder (of the right to ask the hub), taker (of the right to read what came),
--                               bytes (in the queue), pushes (how many came)
-- {s}:websub:due          zset  token → when the hub is asked next
-- {s}:websub:queue:TOKEN  list  what came and was not read yet, packed
-- {s}:websub:ready        zset  token with a queue → when it may be taken
-- {s}:websub:bytes        count of bytes in all queues
-- {s}:websub:said:TOKEN   string a hash of the question that was answered with yes; kept for a minute
local P = KEYS[1] .. ':websub:'
local OF, DUE, READY, BYTES = P .. 'of', P .. 'due', P .. 'ready', P .. 'bytes'

local function text(number) return string.format('%.17g', number) end
local function clock(given)
  if given ~= '' then return tonumber(given) end
  local t = redis.call('TIME')
  return tonumber(t[1]) + tonumber(t[2]) / 1e6
end
local function sub(token) return P .. 'sub:' .. token end
local function queue(token) return P .. 'queue:' .. token end

local function forget(token)
  local v = redis.call('HMGET', sub(token), 'source', 'bytes')
  if v[2] then redis.call('DECRBY', BYTES, v[2]) end
  local of = v[1] and redis.call('HGET', OF, v[1])
  if of and string.sub(of, 1, #token) == token then redis.call('HDEL', OF, v[1]) end
  redis.call('DEL', sub(token), queue(token))
  redis.call('ZREM', DUE, token)
  redis.call('ZREM', READY, token)
end

-- A subscription that is not wanted any more: the hub is told, if it was ever asked.
local function finish(token, now)
  local v = redis.call('HMGET', sub(token), 'source', 'tries', 'state', 'wish')
  if not v[1] or v[4] == 'unsubscribe' then return end
  local of = redis.call('HGET', OF, v[1])
  if of and string.sub(of, 1, #token) == token then redis.call('HDEL', OF, v[1]) end
  if v[3] == 'new' and not v[2] then return forget(token) end
  redis.call('HSET', sub(token), 'wish', 'unsubscribe', 'tries', 0)
  redis.call('HDEL', sub(token), 'asked', 'error')
  redis.call('ZADD', DUE, text(now), token)
end

local function enqueue(token, packed, now)
  redis.call('RPUSH', queue(token), packed)
  redis.call('HINCRBY', sub(token), 'bytes', #packed)
  redis.call('INCRBY', BYTES, #packed)
  redis.call('ZADD', READY, 'NX', text(now), token)
end
