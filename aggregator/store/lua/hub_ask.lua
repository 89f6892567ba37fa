#!lua
-- Takes a request to subscribe or unsubscribe; the callback will be asked whether it was meant.
-- Keys: see hub.lua, which stands in front of this.
-- ARGV: now or '', id, client or '', most of all, most of a client, mode, callback, topic, lease, secret, token
-- Returns: 1, 0 where the hub is full, or -1 where this client has enough
local now, id, client, mode = clock(ARGV[1]), ARGV[2], ARGV[3], ARGV[6]
local known = redis.call('EXISTS', sub(id), ask(id)) > 0
if mode == 'unsubscribe' and redis.call('EXISTS', sub(id)) == 0 then return 1 end
if not known and redis.call('ZCARD', UNTIL) + redis.call('ZCARD', ASKS) >= tonumber(ARGV[4]) then return 0 end
if client ~= '' then
  local account = P .. 'client:' .. client
  if redis.call('SISMEMBER', account, id) == 0 and redis.call('SCARD', account) >= tonumber(ARGV[5]) then return -1 end
  redis.call('SADD', account, id)
end
local before = redis.call('HGET', ask(id), 'client')
redis.call('DEL', ask(id))
redis.call('HSET', ask(id), 'mode', mode, 'callback', ARGV[7], 'topic', ARGV[8], 'lease', ARGV[9], 'secret', ARGV[10],
  'token', ARGV[11], 'client', client)
redis.call('ZADD', ASKS, text(now), id)
discount(id, before)
return 1
